// docs/http-api.md: every request of the web server, from the description (OpenAPI) that its routes make.
import { pino } from 'pino';
import { parseConfig } from '../../lib/config/index.js';
import { AccessControl } from '../../lib/web/security/access-control.js';
import { Credentials } from '../../lib/web/security/credentials.js';
import { makeWebServer } from '../../lib/web/web-server.js';
import { fieldsOf, typeOf, type Schema } from './json-schema-text.js';
import { markdownTable } from './markdown-table.js';

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema: Schema;
}

type Content = Readonly<Record<string, { readonly schema?: Schema }>>;

interface Operation {
  readonly tags?: readonly string[];
  readonly summary?: string;
  readonly description?: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Content };
  readonly responses?: Readonly<
    Record<string, { readonly description?: string; readonly content?: Content }>
  >;
}

interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

const intro = `
# HTTP API

<!-- Made by "npm run generate" from the routes in lib/web. -->

At \`http://ADDRESS:8080\`; the same as OpenAPI 3.1, for programs that make clients, is at \`/api/openapi.json\`.
Who may do what, and how to send a token: [the web server](web.md#who-may-do-what). A request that is refused is answered with 4xx or 5xx and

\`\`\`json
{ "error": "no camera is called camera9; there are camera1, camera2", "status": 404, "code": "ERR_NOT_FOUND" }
\`\`\`

with the [codes](errors.md) of this package. Fields with \`?\` may be absent; \`a[].b\` is \`b\` of each element of \`a\`, \`a.*.b\`
that of each of its members, such as \`camera1\`.
`;

/** @returns its text by its path in the repository */
export async function httpApiFiles(): Promise<ReadonlyMap<string, string>> {
  const operations = await describeOperations();
  const tagOf = ({ operation }: DescribedOperation): string => operation.tags?.[0] ?? '';
  const isForeign = (tag: string): number => Number(tag === 'Go system'); // comes last
  const tags = new Set(operations.map(tagOf).sort((one, other) => isForeign(one) - isForeign(other)));
  const sections = Array.from(tags, (tag) =>
    [`## ${tag}`, ...operations.filter((each) => tagOf(each) === tag).map(operationText)].join('\n\n'),
  );
  return new Map([['docs/http-api.md', `${[intro.trim(), ...sections].join('\n\n')}\n`]]);
}

interface DescribedOperation {
  readonly request: string;
  readonly operation: Operation;
}

/** Of a server that has no camera. */
async function describeOperations(): Promise<DescribedOperation[]> {
  const { server } = parseConfig('', 'defaults').config;
  const app = await makeWebServer({
    ...{ server, piIp: '', version: '', logger: pino({ level: 'silent' }) },
    access: new AccessControl(server, new Credentials(server)),
    streamer: {
      cameras: [],
      skewUs: undefined,
      publicConfig: () => ({}),
      save: () => ({ file: '', saved: [] }),
      onChange: () => undefined,
    },
    metrics: () => Promise.resolve({ contentType: '', text: '' }),
  });
  await app.ready();
  const description = JSON.parse(JSON.stringify(app.swagger())) as Description;
  await app.close();
  return Object.entries(description.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({
      request: `${method.toUpperCase()} ${path}`,
      operation,
    })),
  );
}

function operationText({ request, operation }: DescribedOperation): string {
  const { summary = '', description, parameters = [], requestBody } = operation;
  const parts = [`### \`${request}\``, `${summary.replace(/\.$/, '')}.`];
  if (description !== undefined) parts.push(description);
  if (parameters.length > 0) {
    const rows = parameters.map(({ name, in: where, required, schema, description: meaning = '' }) => [
      `\`${name}\`${required === true ? '' : '?'}`,
      where,
      typeOf(schema),
      meaning,
    ]);
    parts.push(markdownTable(['Parameter', 'In', 'Type', 'Meaning'], rows));
  }
  if (requestBody) parts.push(...contentText('Body', requestBody.content));
  for (const [status, { content, description: meaning }] of Object.entries(operation.responses ?? {})) {
    if (/^[45]/.test(status)) continue;
    if (content) parts.push(...contentText(`Answer ${status}`, content));
    else parts.push(`**Answer ${status}**${meaning === undefined ? '' : `: ${meaning}`}`);
  }
  return parts.join('\n\n');
}

/** What is sent one way or the other. */
function contentText(title: string, content: Content): string[] {
  return Object.entries(content).flatMap(([type, { schema }]) => {
    const fields = schema ? fieldsOf(schema) : [];
    const meaning = schema?.description ?? (schema && fields.length === 0 ? typeOf(schema) : undefined);
    const head = `**${title}**, \`${type}\`${meaning === undefined ? '' : `: ${meaning}`}`;
    if (fields.length === 0) return [head];
    const rows = fields.map(({ path, schema: field }) => [
      `\`${path}\``,
      typeOf(field),
      field.description ?? '',
    ]);
    return [head, markdownTable(['Field', 'Type', 'Meaning'], rows)];
  });
}
