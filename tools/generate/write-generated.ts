// Writes generated files that are committed, so that a review shows what changes in them.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '../..');
const BIOME = path.join(ROOT, 'node_modules/@biomejs/biome/bin/biome');

/** Writes a generated file, formatted by Biome. With `--check`, sets the exit code if the file is outdated instead. */
export const derive = (file: string, content: string): void => write(file, format(file, content));

/** Writes a generated file without formatting it. */
export function write(file: string, content: string): void {
  if (!process.argv.includes('--check')) writeFileSync(file, content);
  else if (!isCurrent(file, content)) {
    console.error(outdatedMessage(file));
    process.exitCode = 1;
  }
}

export const isCurrent = (file: string, content: string) =>
  existsSync(file) && readFileSync(file, 'utf8') === content;

export const outdatedMessage = (file: string) => `${path.relative(ROOT, file)} is outdated: npm run generate`;

export const format = (file: string, content: string) =>
  execFileSync(process.execPath, [BIOME, 'format', `--stdin-file-path=${path.relative(ROOT, file)}`], {
    cwd: ROOT,
    input: content,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
