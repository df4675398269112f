// A reporter of node's runner: a line of JSON for each test that fails, with its file and its name.
import path from 'node:path';
import { root } from '../run.mjs';

/** What fails because of another test, which is named itself. */
const follows = ['subtestsFailed'];

export default async function* failures(events) {
  for await (const { type, data } of events) {
    if (type !== 'test:fail' || follows.includes(data.details.error.failureType)) continue;
    yield `${JSON.stringify({ file: path.relative(root, data.file), name: data.name })}\n`;
  }
}
