/** What a description has to know of a numeric address. */
export interface IpAddress {
  /** As it was given. */
  readonly text: string;
  readonly version: 4 | 6;
  readonly isMulticast: boolean;
}

const decimalByte = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const ipv4 = new RegExp(`^(${decimalByte})(?:\\.${decimalByte}){3}$`);
const hexGroup = /^[\da-f]{1,4}$/i;

/** Reads a numeric address; absent when it is none. One with a zone (`fe80::1%eth0`) has no place in a description. */
export function parseIpAddress(text: string): IpAddress | undefined {
  const firstByte = ipv4.exec(text)?.[1];
  if (firstByte !== undefined) {
    // RFC 5771 section 3: 224.0.0.0 to 239.255.255.255.
    return { text, version: 4, isMulticast: Number(firstByte) >> 4 === 0xe };
  }
  // RFC 4291 section 2.7: ff00::/8.
  return isIpv6(text) ? { text, version: 6, isMulticast: /^ff[\da-f]{2}:/i.test(text) } : undefined;
}

/** RFC 4291 section 2.2: eight groups; `::` once for any number of zeros; the last two may be written as IPv4. */
function isIpv6(text: string): boolean {
  const parts = text.split('::');
  const groups = parts.flatMap((part) => (part === '' ? [] : part.split(':')));
  const last = groups.at(-1);
  const endsInIpv4 = last !== undefined && text.endsWith(last) && ipv4.test(last);
  const hexGroups = endsInIpv4 ? groups.slice(0, -1) : groups;
  const groupCount = hexGroups.length + (endsInIpv4 ? 2 : 0);
  return (
    (parts.length === 1 ? groupCount === 8 : parts.length === 2 && groupCount < 8) &&
    hexGroups.every((group) => hexGroup.test(group))
  );
}
