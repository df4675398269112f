/**
 * A command as a unit's ExecStart has it: what systemd would take for a specifier, a variable or an end of a word is
 * taken as it is.
 */
export function execLine(words: readonly string[]): string {
  return words.map(execWord).join(' ');
}

function execWord(word: string): string {
  const plain = word.replaceAll('%', '%%').replaceAll('$', '$$$$');
  if (/^[\w%$+,./:=@-]+$/.test(plain)) return plain;
  return `"${plain.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

/** A path as a setting that is a list of paths has it. */
export function pathWord(path: string): string {
  const plain = path.replaceAll('%', '%%');
  if (!/["'\\\s]/.test(plain)) return plain;
  return `"${plain.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
