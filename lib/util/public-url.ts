/** A URL without what may be secret in it: user, password, query. @throws TypeError when it is none */
export function publicUrl(url: string | URL): string {
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}
