// Writes the OpenAPI document to openapi.json.
import path from 'node:path';
import { renderDocument } from './document.ts';
import { write } from './write-generated.ts';

write(path.resolve(import.meta.dirname, '../../openapi.json'), await renderDocument());
