// Files that are made from others and committed: what changes in them is to be seen in a review.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '../..');
const BIOME = path.join(ROOT, 'node_modules/@biomejs/biome/bin/biome');

/** Writes a derived file; with `--check` says instead, by the exit code, whether the committed one is current. */
export function derive(file: string, content: string): void {
  const name = path.relative(ROOT, file);
  const written = format(name, content);
  if (!process.argv.includes('--check')) writeFileSync(file, written);
  else if (!existsSync(file) || readFileSync(file, 'utf8') !== written) {
    console.error(`${name} is not current: npm run openapi`);
    process.exitCode = 1;
  }
}

const format = (name: string, content: string) =>
  execFileSync(process.execPath, [BIOME, 'format', `--stdin-file-path=${name}`], {
    cwd: ROOT,
    input: content,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
