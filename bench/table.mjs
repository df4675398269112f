const titles = ['name', 'value', 'unit', 'reference', 'ratio', 'target', 'ok'];

/** Three significant digits, without an exponent. */
function format(number) {
  if (number === null) return '';
  return number.toFixed(Math.max(0, 2 - Math.floor(Math.log10(Math.max(Math.abs(number), 0.001)))));
}

/** A table for people, and for Markdown. */
export function formatTable(rows) {
  const cells = rows.map(({ name, value, unit, reference, ratio, target, ok }) => [
    ...[name, format(value), unit, format(reference), format(ratio), format(target)],
    ok ? 'yes' : 'NO',
  ]);
  const widths = titles.map((title, i) => Math.max(title.length, ...cells.map((row) => row[i].length)));
  const line = (row) => `| ${row.map((cell, i) => cell.padEnd(widths[i])).join(' | ')} |`;
  return [line(titles), line(widths.map((width) => '-'.repeat(width))), ...cells.map(line)].join('\n');
}
