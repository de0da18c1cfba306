// npm run test:clients: what others make clients with works with this API, and our own client works as it is published.
// openapi-typescript, hey-api and orval generate clients that type-check strictly and run a program; newman runs the Postman
// collection twice, against a new server and a seeded one; ledge-client is installed from a folder, a tarball and git.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { startDev, temporaryFolder } from '../../test/support/dev-server.ts';
import { freePort } from '../postgres/free-port.ts';

const HERE = import.meta.dirname;
const ROOT = path.resolve(HERE, '../..');
const MODULES = path.join(HERE, 'node_modules');
const GENERATED = path.join(HERE, 'generated');
const COLLECTION = path.join(ROOT, 'docs/postman/ledge.postman_collection.json');
const ENVIRONMENT = path.join(ROOT, 'docs/postman/development.postman_environment.json');

const temporary = mkdtempSync(path.join(tmpdir(), 'ledge-clients-'));
const beginning = Date.now();
const say = (text: string) =>
  console.log(`${((Date.now() - beginning) / 1000).toFixed(0).padStart(4)} s  ${text}`);

const execute = promisify(execFile);

/** Runs a program; throws what it printed if it fails. */
async function run(
  file: string,
  args: string[],
  cwd = HERE,
  env: Record<string, string> = {},
): Promise<string> {
  try {
    const options = { cwd, env: { ...process.env, ...env }, maxBuffer: 64 * 1024 * 1024 };
    return (await execute(file, args, options)).stdout;
  } catch (error) {
    const {
      stdout = '',
      stderr = '',
      message,
    } = error as { stdout?: string; stderr?: string; message: string };
    throw new Error(`${path.basename(file)} ${args.join(' ')}\n${stdout}${stderr || message}`);
  }
}

const node = (args: string[], cwd?: string, env?: Record<string, string>) =>
  run(process.execPath, args, cwd, env);

/** The npm that runs this program, as a script: a shell would be needed for `npm.cmd`. */
const npm = (args: string[], cwd: string) => {
  const script = process.env.npm_execpath;
  return script ? node([script, ...args], cwd) : run('npm', args, cwd);
};

/** A program of a package of this folder. */
const bin = (name: string) => {
  const { bin: bins } = JSON.parse(readFileSync(path.join(MODULES, name, 'package.json'), 'utf8'));
  const file = typeof bins === 'string' ? bins : Object.values(bins as Record<string, string>)[0];
  return path.join(MODULES, name, file as string);
};

/** Installs what the lock file names, unless that is there already. */
async function install(): Promise<void> {
  const stamp = path.join(MODULES, '.lock-digest');
  const digest = createHash('sha256')
    .update(readFileSync(path.join(HERE, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return;
  await npm(['ci', '--prefer-offline', '--loglevel', 'error'], HERE);
  writeFileSync(stamp, digest);
  say('installed the generators');
}

async function generate(): Promise<void> {
  rmSync(GENERATED, { recursive: true, force: true });
  mkdirSync(GENERATED);
  const document = path.join(ROOT, 'openapi.json');
  await Promise.all([
    node([bin('openapi-typescript'), document, '-o', 'generated/openapi-typescript.ts']),
    node([bin('@hey-api/openapi-ts'), '-i', document, '-o', 'generated/hey-api', '--silent']),
    node([bin('orval'), '--config', 'orval.config.cjs']),
  ]);
  say('generated three clients');
}

interface Project {
  folder: string;
  /** The packages that were installed. */
  packages: string[];
}

async function project(name: string, spec: string, ...flags: string[]): Promise<Project> {
  const folder = path.join(temporary, name);
  mkdirSync(folder);
  writeFileSync(path.join(folder, 'package.json'), '{"private":true,"type":"module"}');
  await npm(['install', spec, '--no-audit', '--no-fund', '--prefer-offline', ...flags], folder);
  return {
    folder,
    packages: readdirSync(path.join(folder, 'node_modules')).filter((one) => !one.startsWith('.')),
  };
}

/** Installs the client in all ways that its README names, and puts it beside the generators. */
async function installClient(): Promise<void> {
  const packed = await npm(['pack', '--json', '--pack-destination', temporary], path.join(ROOT, 'client'));
  const [{ filename }] = JSON.parse(packed) as [{ filename: string }];
  const tarball = await project('tarball', path.join(temporary, filename));
  const ways = [
    { name: 'ledge-client', made: tarball },
    { name: 'ledge-client', made: await project('folder', path.join(ROOT, 'client'), '--install-links') },
    { name: 'ledge', made: await project('git', `git+${pathToFileURL(ROOT).href}`) },
  ];
  for (const { name, made } of ways) {
    if (made.packages.join() !== `hono,${name}`) throw new Error(`Installed ${made.packages.join(', ')}.`);
    const program = `import { ledge } from '${name}'; if (!ledge('http://localhost').api) process.exit(1);`;
    await node(['--input-type=module', '--eval', program], made.folder);
  }
  for (const name of tarball.packages) {
    rmSync(path.join(MODULES, name), { recursive: true, force: true });
    cpSync(path.join(tarball.folder, 'node_modules', name), path.join(MODULES, name), { recursive: true });
  }
  say('installed ledge-client from a tarball, a folder and git: hono is all that comes with it');
}

async function checkTypes(): Promise<void> {
  await Promise.all([
    node([bin('typescript'), '-p', '.']),
    // With the compiler of this repository, and stricter; hey-api's own code does not pass that.
    node([path.join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.exact.json']),
  ]);
  say('all clients type-check');
}

const PROGRAMS = readdirSync(path.join(HERE, 'programs'));

async function runPrograms(address: string): Promise<void> {
  const { build } = await import(pathToFileURL(path.join(MODULES, 'esbuild/lib/main.js')).href);
  for (const name of PROGRAMS) {
    const outfile = path.join(GENERATED, name.replace('.ts', '.mjs'));
    const entryPoints = [path.join(HERE, 'programs', name)];
    // Generated files import each other without endings, which Node does not resolve.
    await build({ entryPoints, outfile, bundle: true, platform: 'node', format: 'esm', logLevel: 'error' });
    say((await node([outfile], HERE, { LEDGE_ADDRESS: address })).trim());
  }
}

async function runCollection(address: string, kind: string): Promise<void> {
  for (const time of ['first', 'second']) {
    const report = path.join(temporary, `${kind}.json`);
    const files = [COLLECTION, '-e', ENVIRONMENT, '--env-var', `address=${address}`];
    const reporters = ['-r', 'cli,json', '--reporter-json-export', report, '--color', 'off'];
    await node([bin('newman'), 'run', ...files, ...reporters]);
    const { executions, stats } = JSON.parse(readFileSync(report, 'utf8')).run as {
      executions: { item: { name: string }; assertions?: object[] }[];
      stats: { assertions: { total: number } };
    };
    const untested = executions.filter(({ assertions = [] }) => assertions.length === 0);
    if (untested.length > 0) throw new Error(`No test: ${untested.map(({ item }) => item.name).join(', ')}`);
    const sum = `${executions.length} requests, ${stats.assertions.total} tests`;
    say(`newman passes for the ${time} time on ${kind}: ${sum}`);
  }
}

/** Runs `work` with a server that has a database of its own. */
async function withServer(isSeeded: boolean, work: (address: string) => Promise<void>): Promise<void> {
  const { folder, remove } = temporaryFolder();
  try {
    const command = (words: string[]) =>
      node([path.join(ROOT, 'tools/cli/main.ts'), ...words], ROOT, { DATA_DIR: folder });
    if (isSeeded) for (const words of [['migrations', 'up'], ['seed']]) await command(words);
    const server = await startDev(folder, await freePort());
    try {
      await work(server.url);
    } finally {
      await server.stop();
    }
  } finally {
    remove();
  }
}

async function prepare(): Promise<void> {
  await install();
  await generate();
  await installClient();
  await checkTypes();
}

const prepared = prepare();
// The servers start meanwhile.
const outcomes = await Promise.allSettled([
  prepared,
  withServer(true, async (address) => {
    await prepared;
    await runPrograms(address);
    await runCollection(address, 'a seeded server');
  }),
  withServer(false, async (address) => {
    await prepared;
    await runCollection(address, 'a new server');
  }),
]);
rmSync(temporary, { recursive: true, force: true });
const failed = outcomes.find((outcome) => outcome.status === 'rejected');
if (failed) {
  console.error((failed.reason as Error).message);
  process.exitCode = 1;
} else say('All clients work.');
