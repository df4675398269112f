// The sample configuration, its reference and the editors' schema, all derived from the schema in lib/config.
import { z } from 'zod';
import { effectOf, effects } from '../../lib/config/key-info.js';
import { describeSections, type KeyReference, type SectionReference } from '../../lib/config/reference.js';
import { markdownTable } from './markdown-table.js';
import { cameraNamePattern, fileSchema, foreignSectionPattern } from '../../lib/config/schema/file.js';

const generatedBy = 'Made by "npm run generate" from lib/config/schema.';

/** The texts by their paths in the repository. */
export function configurationFiles(): ReadonlyMap<string, string> {
  const schema = fileSchema(['camera1']);
  const sections = describeSections(schema);
  return new Map([
    ['config.toml.example', sampleFile(sections)],
    ['docs/configuration.md', referencePage(sections)],
    ['config.schema.json', `${JSON.stringify(editorSchema(schema), undefined, 2)}\n`],
  ]);
}

// ---- config.toml.example

function sampleFile(sections: readonly SectionReference[]): string {
  const intro = [
    '# Configuration of pi-camera-streamer. Copy this file to config.toml.',
    `# ${generatedBy}`,
    '#',
    '# A line that begins with "#" and no space is a setting that is switched off; it shows the default where there',
    '# is one. Take the "#" away and change the value. Everything left out has its default.',
    '# A second camera has the sections [camera2] and [mjpeg-rtp.camera2], and so on up to camera99.',
  ];
  return `${[intro.join('\n'), ...sections.map(sampleSection)].join('\n\n')}\n`;
}

function sampleSection({ path, info, keys }: SectionReference): string {
  const head = `# ---- ${info.meaning}\n[${path.join('.')}]`;
  return [head, ...keys.map(sampleKey)].join('\n\n');
}

function sampleKey(key: KeyReference): string {
  const { info, path, defaultValue } = key;
  const unit = info.unit === undefined ? '' : `Unit: ${info.unit}. `;
  const effect = effectOf(info) === 'now' ? '' : ` Takes effect ${effects[effectOf(info)]}.`;
  const value = tomlValue(info.example ?? defaultValue);
  return [
    `# ${info.meaning}`,
    `# ${unit}Values: ${key.allowed}.`,
    `# Default: ${defaultText(key)}.${effect}`,
    `#${path.at(-1) ?? ''} = ${value}`,
  ].join('\n');
}

function defaultText({ info, defaultValue }: KeyReference): string {
  return info.defaultText ?? (defaultValue === undefined ? 'not set' : tomlValue(defaultValue));
}

/** A value as TOML writes it on one line. */
function tomlValue(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(tomlValue).join(', ')}]`;
  const entries = Object.entries(value).map(([name, inner]) => `${name} = ${tomlValue(inner)}`);
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}

// ---- docs/configuration.md

function referencePage(sections: readonly SectionReference[]): string {
  return `${[referenceIntro.trim(), ...sections.map(referenceSection), referenceEnd.trim()].join('\n\n')}\n`;
}

const referenceIntro = `
# Configuration

<!-- ${generatedBy} -->

The configuration is a [TOML](https://toml.io) file. Without \`-config FILE\`, \`config.toml\` in the working
directory is read; if there is none, every key has its default. A file that is named and missing is an error.
[config.toml.example](../config.toml.example) shows every key. \`pi-camera-streamer check-config FILE\` checks a file.

Editors that know JSON Schema complete and check the file when its first line is
\`#:schema ./config.schema.json\`, with the path of [config.schema.json](../config.schema.json).

The cameras of a file are those that have a section \`[cameraN]\` or \`[mjpeg-rtp.cameraN]\`, N being 1 to 99. RTP is
sent for those that have \`enabled = true\`, or a \`dest_host\` and no \`enabled\`, in \`[mjpeg-rtp.cameraN]\`.

A picture is rotated (\`flip_method\`), then cropped (\`crop\`), then scaled (\`scaling_enabled\`). RFC 2435 carries at
most 2040 pixels in width and in height, which is checked for the result.

An unknown key or section is an error, except in the sections said to accept others. Whole numbers may be written
as floats (\`30.0\`) and the other way round.

SIGHUP (\`systemctl reload pi-camera-streamer\`) makes the program read the file again. Cameras of which nothing has changed
do not notice. \`fps\`, \`crop\`, \`controls\`, \`quality\`, bitrate and destinations change while a camera runs, all else
stops and starts that camera. What is read at the start only, such as \`[server]\` and \`[webrtc]\`, is named in the log. A
file that is wrong changes nothing, and the log says why.
`;

const referenceEnd = `
## Sections of other programs

\`[app]\`, \`[zeromq]\`, \`[lidar-*]\` and \`[imu-*]\` belong to other parts of the Go system. They may hold anything, are
ignored, and are named once in the log.
`;

function referenceSection({ path, info, keys }: SectionReference): string {
  const name = path.map((step) => (step === 'camera1' ? 'cameraN' : step)).join('.');
  const heading = `## \`[${name}]\`\n\n${info.meaning}`;
  if (keys.length === 0) return heading;
  const columns = ['Key', 'Meaning', 'Unit', 'Values', 'Default', 'Takes effect'];
  return `${heading}\n\n${markdownTable(columns, keys.map(referenceCells))}`;
}

function referenceCells(key: KeyReference): string[] {
  const { info, path, defaultValue } = key;
  const isConstant = info.defaultText === undefined && defaultValue !== undefined;
  const value = isConstant ? `\`${defaultText(key)}\`` : defaultText(key);
  const effect = effects[effectOf(info)];
  return [`\`${path.at(-1) ?? ''}\``, info.meaning, info.unit ?? '', key.allowed, value, effect];
}

// ---- config.schema.json

type JsonSchema = z.core.JSONSchema.BaseSchema;

function editorSchema(schema: ReturnType<typeof fileSchema>): JsonSchema {
  const converted = z.toJSONSchema(schema, { io: 'input', target: 'draft-07', override: tidy });
  const rtp = converted.properties?.['mjpeg-rtp'];
  // The one thing that the conversion cannot know: camera1 stands for all cameras.
  widenToAllCameras(converted);
  if (typeof rtp === 'object') widenToAllCameras(rtp);
  converted.patternProperties = { ...converted.patternProperties, [foreignSectionPattern.source]: {} };
  return { ...converted, title: 'pi-camera-streamer', description: generatedBy };
}

function widenToAllCameras(table: JsonSchema): void {
  const camera = table.properties?.['camera1'];
  if (typeof camera !== 'object' || !table.properties) return;
  delete table.properties['camera1'];
  table.patternProperties = { [cameraNamePattern.source]: camera };
  for (const name of ['webrtc_port', 'dest_port']) {
    const perCamera = camera.properties?.[name];
    if (typeof perCamera === 'object') delete perCamera.default;
  }
}

/** Leaves out what is no news to a reader of the schema. */
function tidy({ jsonSchema }: { jsonSchema: JsonSchema }): void {
  if (jsonSchema.type === 'object') delete jsonSchema.default;
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
}
