import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '../..');

/** What a file may import: files, folders and packages. The longest name that fits a file is the one that holds. */
const MAY_IMPORT: Record<string, string> = {
  'src/index.ts': 'src/cron.ts src/docs src/http src/routes src/web',
  'src/cron.ts': 'src/db src/env.ts src/log.ts',
  'src/env.ts': 'zod',
  'src/log.ts': '',
  'src/header-values.ts': '',
  'src/opaque-string.ts': '',
  'src/problems.ts': 'src/header-values.ts hono',
  'src/routes':
    'src/http src/schemas src/security src/db src/mail src/problems.ts src/header-values.ts src/log.ts hono @hono/zod-openapi @noble/hashes',
  'src/routes/service.ts':
    'src/http src/db src/problems.ts @hono/zod-openapi package.json drizzle/meta/_journal.json',
  'src/docs': 'src/docs src/http src/schemas src/problems.ts package.json hono @hono',
  'src/web': 'src/web src/http src/schemas/texts.ts hono',
  'src/security':
    'src/security src/http src/db src/env.ts src/log.ts src/header-values.ts src/opaque-string.ts src/problems.ts hono @noble/hashes bcryptjs',
  'src/mail': 'src/mail src/http/context.ts src/env.ts src/log.ts hono',
  'src/http':
    'src/http src/security/hashing.ts src/db/database.ts src/db/errors.ts src/db/page.ts src/schemas src/env.ts src/log.ts src/header-values.ts src/problems.ts hono @hono/zod-openapi zod @noble/hashes',
  // The one middleware: it calls the guard and the limits.
  'src/http/request.ts': 'src/http src/security src/db/database.ts src/env.ts hono',
  'src/schemas': 'src/schemas src/problems.ts @hono/zod-openapi src/opaque-string.ts',
  'src/db': 'src/db',
  'src/db/neon.ts': 'src/db @neondatabase/serverless',
  client: 'client hono',
  web: 'web client preact wouter-preact @tanstack/preact-query linkifyjs',
  'web/src/main.tsx': 'web public/brand.css preact @tanstack/preact-query',
  'web/vite.config.ts': 'vite node:',
  server:
    'server src/index.ts src/env.ts src/log.ts src/db/port.ts src/security/hashing.ts node: bcryptjs hono @hono/node-server nodemailer pg zod',
  'server/log-output.ts': 'tools/dev/terminal',
  'server/main.ts': 'server src/env.ts src/log.ts tools/neon tools/postgres node:',
};

/** What a file may import besides, if only types: nothing is left of that when it is compiled. */
const MAY_IMPORT_TYPES: Record<string, string> = { 'src/db': 'src/schemas' };

/** Why a file of `src` or `web` has more lines than this. */
const LINES_MAX = 250;
const LONG: Record<string, string> = {
  'src/db/functions.ts': 'generated',
  'src/schemas/common-passwords.ts': 'data',
  'src/schemas/examples.ts': 'data',
  'web/src/words.ts': 'data',
};

type Files = Record<string, string>;

const IMPORT =
  /^(?:import|export)\b(?<type> type\b)?(?:[^'"`;]*?\bfrom)?\s*'(?<static>[^']+)'|\bimport\('(?<dynamic>[^']+)'\)/gm;
const SQL = /\b(?:SELECT|INSERT INTO|UPDATE \S+ SET|DELETE FROM)\b/g;

/** `node:` stands for all of Node's modules. */
const fits = (name: string, folder: string) =>
  name === folder || name.startsWith(folder.endsWith(':') ? folder : `${folder}/`);
const lineOf = (text: string, index: number) => text.slice(0, index).split('\n').length;

function* importsOf(files: Files, file: string) {
  for (const { index, groups } of (files[file] ?? '').matchAll(IMPORT)) {
    const from = groups?.static ?? groups?.dynamic ?? '';
    const resolved = from.startsWith('.') ? path.posix.join(path.posix.dirname(file), from) : from;
    const target =
      [`${resolved}.ts`, `${resolved}/index.ts`, resolved].find((one) => one in files) ?? resolved;
    yield {
      target,
      at: `${file}:${lineOf(files[file] ?? '', index)}`,
      onlyTypes: groups?.type !== undefined,
    };
  }
}

/** A route may import its own group, which is the folder that it stands in, and no other route. */
function mayImport(file: string, target: string, onlyTypes: boolean): boolean {
  const group = /^src\/routes\/[^/]+\//.exec(file)?.[0];
  if (group && target.startsWith(group)) return true;
  return isListed(MAY_IMPORT, file, target) || (onlyTypes && isListed(MAY_IMPORT_TYPES, file, target));
}

function isListed(table: Record<string, string>, file: string, target: string): boolean {
  const [row = ''] = Object.keys(table)
    .filter((name) => fits(file, name))
    .sort((a, b) => b.length - a.length);
  return (table[row] ?? '').split(' ').some((name) => name !== '' && fits(target, name));
}

/** The imports of one file after another that lead back to where they start. Types vanish when they are compiled. */
function cycleFrom(files: Files, file: string, way: string[] = [], done = new Set<string>()): string[] {
  if (way.includes(file)) return [`${[...way.slice(way.indexOf(file)), file].join(' → ')}: a cycle`];
  if (done.has(file)) return [];
  const targets = [...importsOf(files, file)].filter(
    ({ onlyTypes, target }) => !onlyTypes && target in files,
  );
  const found = targets.flatMap(({ target }) => cycleFrom(files, target, [...way, file], done));
  done.add(file);
  return found.slice(0, 1);
}

const importFaults = (files: Files, file: string) =>
  [...importsOf(files, file)]
    .filter(({ target, onlyTypes }) => !mayImport(file, target, onlyTypes))
    .map(({ at, target }) => `${at} may not import ${target}`);

/** `call` makes the only SQL of the Worker; the server for Node takes a lock as well. */
const HOLD_SQL = ['src/db/database.ts', 'server/postgres.ts'];

const sqlFaults = (text: string, file: string) =>
  [...(HOLD_SQL.includes(file) ? [] : text.matchAll(SQL))].map(
    ({ 0: words, index }) => `${file}:${lineOf(text, index)} holds SQL: ${words}`,
  );

const isTooLong = (text: string, file: string) =>
  (fits(file, 'src') || fits(file, 'web')) &&
  !(file in LONG) &&
  text.trimEnd().split('\n').length > LINES_MAX;

const faultsIn = (files: Files) => [
  ...Object.entries(files).flatMap(([file, text]) => [
    ...importFaults(files, file),
    ...sqlFaults(text, file),
    ...(isTooLong(text, file) ? [`${file} has more than ${LINES_MAX} lines`] : []),
  ]),
  ...Object.keys(files)
    .flatMap((file) => cycleFrom(files, file))
    .slice(0, 1),
];

describe('the layers', () => {
  it('hold: nothing imports what stands above it, and SQL is in the database', () => {
    const names = globSync(['src/**/*.ts', 'client/**/*.ts', 'server/**/*.ts', 'web/**/*.{ts,tsx}'], {
      cwd: ROOT,
    });
    const files = Object.fromEntries(
      names.map((name) => [name, readFileSync(path.join(ROOT, name), 'utf8')]),
    );
    expect(names.length).toBeGreaterThan(50);
    expect(faultsIn(files)).toEqual([]);
  });

  it.each([
    ['src/routes/posts/lists.ts', '../users/follows'],
    ['src/routes/votes.ts', './service'],
    ['src/routes/votes.ts', '../index'],
    ['src/routes/votes.ts', '../../drizzle/schema'],
    ['src/security/token.ts', '../routes/auth'],
    ['src/db/page.ts', 'hono/http-exception'],
    ['src/db/page.ts', '../schemas/post'],
    ['src/schemas/post.ts', '../db/page'],
    ['src/mail/messages.ts', '../db/database'],
    ['src/http/paging.ts', '../security/guard'],
    ['src/problems.ts', '../tools/dev/main'],
    ['src/db/neon.ts', 'node:fs'],
    ['client/index.ts', '../src/index'],
    ['src/db/database.ts', '../../server/postgres'],
    ['src/log.ts', 'pg'],
    ['server/postgres.ts', '../src/db/database'],
    ['web/src/page.tsx', '../../src/index'],
    ['web/src/page.tsx', 'hono/client'],
  ])('are broken by %s that imports %s', (file, from) => {
    const text = `\nimport {\n  planted,\n} from '${from}';\n`;
    expect(faultsIn({ [file]: text })).toEqual([expect.stringMatching(`^${file}:2 may not import`)]);
    expect(faultsIn({ [file]: `\nexport const load = () => import('${from}');\n` })).toHaveLength(1);
  });

  it('let src/db take its types from src/schemas, and no more', () => {
    const faultsOf = (text: string) => faultsIn({ 'src/db/page.ts': text });
    expect(faultsOf("import type { Post } from '../schemas/post';")).toEqual([]);
    expect(faultsOf("import { type Post, Tag } from '../schemas/post';")).toHaveLength(1);
    expect(faultsOf("import type { AppEnv } from '../http/context';")).toHaveLength(1);
  });

  it('are broken by a cycle, by SQL, and by a file that is too long', () => {
    const cycle = { 'src/db/a.ts': "import './b';", 'src/db/b.ts': "export * from './a';" };
    expect(faultsIn(cycle)).toEqual(['src/db/a.ts → src/db/b.ts → src/db/a.ts: a cycle']);
    expect(faultsIn({ ...cycle, 'src/db/b.ts': "import type { A } from './a';" })).toEqual([]);
    expect(faultsIn({ 'src/db/page.ts': '\nconst text = `SELECT 1`;' })).toEqual([
      'src/db/page.ts:2 holds SQL: SELECT',
    ]);
    for (const file of ['src/log.ts', 'web/src/api.ts'])
      expect(faultsIn({ [file]: '// one\n'.repeat(LINES_MAX + 1) })).toHaveLength(1);
  });
});
