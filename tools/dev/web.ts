// Builds the web client from web/ into public/app, unless what is there was built from the same sources.
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '../..');
const TARGET = path.join(ROOT, 'public/app');
const PAGE = 'index.html';

/** All that a build reads: the packages are pinned in package.json. */
const SOURCES = [
  'web/**/*',
  'client/*.ts',
  'public/brand.css',
  'package.json',
  'tsconfig.json',
  'tools/dev/web.ts',
];

/** Files of public/app by their names. */
type Built = Map<string, string | Uint8Array>;

export async function buildWeb(): Promise<void> {
  const stamp = `<!-- Built from ${hashSources()} -->`;
  const page = path.join(TARGET, PAGE);
  if (existsSync(page) && readFileSync(page, 'utf8').includes(stamp)) return;
  const built = await bundle();
  built.set(PAGE, `${built.get(PAGE)}${stamp}\n`);
  writeFiles(built);
}

function hashSources(): string {
  const files = SOURCES.flatMap((pattern) => globSync(pattern, { cwd: ROOT, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
  const hash = createHash('sha256');
  for (const file of files) {
    const content = readFileSync(file);
    hash
      .update(`${path.relative(ROOT, file).split(path.sep).join('/')}\0${content.length}\0`)
      .update(content);
  }
  return hash.digest('hex');
}

async function bundle(): Promise<Built> {
  // Whoever starts this may be a test, whose mode the packages of the client must not take.
  process.env.NODE_ENV = 'production';
  // Loaded only where there is something to build.
  const { build } = await import('vite');
  const result = await build({
    configFile: path.join(ROOT, 'web/vite.config.ts'),
    logLevel: 'warn',
    // On a busy machine it would report how long its parts took.
    build: { write: false, rolldownOptions: { checks: { pluginTimings: false } } },
  });
  if ('on' in result) throw new Error('web/vite.config.ts must not watch.');
  const files = [result].flat().flatMap(({ output }) => output);
  return new Map(files.map((file) => [file.fileName, 'code' in file ? file.code : file.source]));
}

/** Writes what has changed, for Wrangler reloads for each file that is written; the page last, for it names the others. */
function writeFiles(built: Built): void {
  mkdirSync(TARGET, { recursive: true });
  const names = [...built.keys()].sort((a, b) => Number(a === PAGE) - Number(b === PAGE));
  for (const name of names) {
    const file = path.join(TARGET, name);
    const content = Buffer.from(built.get(name) ?? '');
    if (existsSync(file) && readFileSync(file).equals(content)) continue;
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
  for (const entry of readdirSync(TARGET, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    if (entry.isFile() && !built.has(path.relative(TARGET, file).split(path.sep).join('/'))) rmSync(file);
  }
}
