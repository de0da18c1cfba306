// Compiles the client into client/dist, which is committed: whoever installs it from a folder or from git needs no compiler
// and none of the packages that this repository is developed with.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { outdatedMessage, write } from './write-generated.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const DIST = path.join(ROOT, 'client/dist');
const isCheck = process.argv.includes('--check');

/** What tsc makes of `client/index.ts` and what it imports: file by file, without those that hold types only. */
function compile(): Map<string, string> {
  const folder = mkdtempSync(path.join(tmpdir(), 'ledge-client-'));
  try {
    const tsc = path.join(ROOT, 'node_modules/typescript/bin/tsc');
    const options = ['-p', path.join(ROOT, 'tsconfig.client.json'), '--outDir', folder];
    execFileSync(process.execPath, [tsc, ...options], { stdio: ['ignore', 'inherit', 'inherit'] });
    const files = readdirSync(folder).map((name): [string, string] => {
      const text = readFileSync(path.join(folder, name), 'utf8');
      // tsc rewrites these endings in code, and leaves them in declarations.
      return [name, name.endsWith('.d.ts') ? text.replaceAll(/(from '\.\/\w+)\.ts'/g, "$1.js'") : text];
    });
    return new Map(files.filter(([, text]) => text.trim() !== 'export {};'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const compiled = compile();
mkdirSync(DIST, { recursive: true });
for (const [name, text] of compiled) write(path.join(DIST, name), text);
for (const name of existsSync(DIST) ? readdirSync(DIST) : []) {
  if (compiled.has(name)) continue;
  const file = path.join(DIST, name);
  if (!isCheck) rmSync(file);
  else {
    console.error(outdatedMessage(file));
    process.exitCode = 1;
  }
}
