// Writes the OpenAPI document to openapi.json; with --check, says instead whether the committed one is current.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { renderDocument } from './document.ts';

const FILE = path.resolve(import.meta.dirname, '../../openapi.json');

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
const written = await renderDocument();

if (!values.check) writeFileSync(FILE, written);
else if (readFileSync(FILE, 'utf8') !== written) {
  console.error('openapi.json is not what the Worker answers: npm run openapi');
  process.exitCode = 1;
}
