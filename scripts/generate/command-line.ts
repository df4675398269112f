// docs/command-line.md: every command and option, from the program in lib/cli.
import type { Argument, Command, Option } from 'commander';
import { makeProgram } from '../../lib/cli/program.js';
import { markdownTable } from './markdown-table.js';

const intro = `
# Command line

<!-- Made by "npm run generate" from lib/cli/program.ts. -->

Without a command it streams. Options may be written with one dash or two, and those of streaming also behind a command that
uses them, such as \`--config\` behind \`sdp\`. What a program would read goes to standard output, the log to standard error: JSON lines,
or text on a terminal.

| exit code | meaning                             |
| --------- | ----------------------------------- |
| 0         | done, or stopped by a signal        |
| 1         | failed while running                |
| 2         | wrong usage, or wrong configuration |
`;

/** @returns its text by its path in the repository */
export function commandLineFiles(): ReadonlyMap<string, string> {
  const sections = commandsBelow(makeProgram({ exitCode: 0 }), []).map(([path, command]) =>
    section(path, command),
  );
  return new Map([['docs/command-line.md', `${[intro.trim(), ...sections].join('\n\n')}\n`]]);
}

/** This one and all below it that do something, each with its names from the top. */
function commandsBelow(command: Command, above: readonly string[]): [path: string[], command: Command][] {
  const path = [...above, command.name()];
  const below = command.commands.flatMap((each) => commandsBelow(each, path));
  const isGroup = above.length > 0 && below.length > 0;
  return isGroup ? below : [[path, command], ...below];
}

function section(path: readonly string[], command: Command): string {
  const isProgram = path.length === 1;
  const usage = [...path, ...(isProgram ? [] : command.registeredArguments.map(argumentText))].join(' ');
  const rows = [
    ...(isProgram ? [] : command.registeredArguments.map(argumentRow)),
    ...command.options.filter(({ hidden }) => !hidden).map(optionRow),
  ];
  const parts = [`## \`${usage}\``, sentence(command.description())];
  if (rows.length > 0) parts.push(markdownTable(['Option', 'Meaning', 'Default'], rows));
  return parts.join('\n\n');
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1).replace(/\.$/, '')}.`;
}

function argumentText(argument: Argument): string {
  return argument.required ? `<${argument.name()}>` : `[${argument.name()}]`;
}

function argumentRow(argument: Argument): string[] {
  return [`\`${argumentText(argument)}\``, argument.description, defaultText(argument)];
}

function optionRow(option: Option): string[] {
  const choices = option.argChoices ? `: ${option.argChoices.join(', ')}` : '';
  const value = option.negate ? '' : defaultText(option);
  return [`\`${option.flags}\``, `${option.description}${choices}`, value];
}

function defaultText({ defaultValue }: { readonly defaultValue?: unknown }): string {
  return typeof defaultValue === 'string' ? `\`${defaultValue}\`` : '';
}
