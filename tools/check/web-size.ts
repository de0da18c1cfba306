// What a browser loads before the first page of the web client is shown: the files that its document names.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

const KIB = 1024;

/** The most that there may be, in bytes after gzip. */
export const SIZE_MAX = { script: 60 * KIB, style: 12 * KIB };

/** The first files of a built client in this folder, in bytes after gzip. */
export function firstSizes(folder: string): { script: number; style: number } {
  const document = readFileSync(path.join(folder, 'index.html'), 'utf8');
  const named = [...document.matchAll(/(?:src|href)="\/app\/(?<file>[^"]+\.(?:js|css))"/g)];
  const files = [...new Set(named.map(({ groups }) => groups?.file ?? ''))];
  const sum = (ending: string) =>
    files
      .filter((file) => file.endsWith(ending))
      .map((file) => gzipSync(readFileSync(path.join(folder, file))).length)
      .reduce((all, size) => all + size, 0);
  return { script: sum('.js'), style: sum('.css') };
}
