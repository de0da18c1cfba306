// Files that are made from others and committed: what changes in them is to be seen in a review.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '../..');
const BIOME = path.join(ROOT, 'node_modules/@biomejs/biome/bin/biome');

/** Writes a derived file, as Biome formats it; with `--check` says instead, by the exit code, whether it is current. */
export const derive = (file: string, content: string): void => write(file, format(file, content));

/** The same for a file that is written as it is. */
export function write(file: string, content: string): void {
  if (!process.argv.includes('--check')) writeFileSync(file, content);
  else if (!isCurrent(file, content)) {
    console.error(notCurrent(file));
    process.exitCode = 1;
  }
}

export const isCurrent = (file: string, content: string) =>
  existsSync(file) && readFileSync(file, 'utf8') === content;

export const notCurrent = (file: string) => `${path.relative(ROOT, file)} is not current: npm run generate`;

export const format = (file: string, content: string) =>
  execFileSync(process.execPath, [BIOME, 'format', `--stdin-file-path=${path.relative(ROOT, file)}`], {
    cwd: ROOT,
    input: content,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
