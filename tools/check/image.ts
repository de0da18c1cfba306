// `npm run test:image`: proves the Dockerfile where there is no container engine. Its own COPY and RUN lines run one after
// another in bare folders; then what the last CMD says is started on a Postgres, and the HEALTHCHECK must succeed.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  cpSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openPostgres } from '../neon/postgres.ts';
import { startCluster } from '../postgres/cluster.ts';
import { freePort } from '../postgres/free-port.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const HEALTHY_TIMEOUT_MS = 60_000;
/** Whoever that is: not root, and owner of nothing. */
const NOBODY = 65_534;

interface Stage {
  name: string;
  /** The folder that stands for `/`. */
  folder: string;
  /** Where the next step runs, as the image has it. */
  workdir: string;
  env: Record<string, string>;
  user: string | undefined;
  command: string[];
  healthcheck: string[];
}

const scratch = mkdtempSync(path.join(tmpdir(), 'ledge-image-'));
chmodSync(scratch, 0o755);
process.once('exit', () => rmSync(scratch, { recursive: true, force: true }));

const context = path.join(scratch, 'context');
copyContext(context);
const stages = build(readFileSync(path.join(ROOT, 'Dockerfile'), 'utf8'));
await run(stages.at(-1) as Stage);

/** What `.dockerignore` lets through, and nothing else. */
function copyContext(folder: string): void {
  const lines = readFileSync(path.join(ROOT, '.dockerignore'), 'utf8').split('\n').filter(Boolean);
  const [first, ...rest] = lines;
  if (first !== '*') throw new Error('.dockerignore must begin with *.');
  for (const line of rest) {
    if (line.startsWith('!'))
      cpSync(path.join(ROOT, line.slice(1)), path.join(folder, line.slice(1)), { recursive: true });
    else
      for (const name of globSync(line, { cwd: folder }))
        rmSync(path.join(folder, name), { recursive: true });
  }
}

function build(text: string): Stage[] {
  const built: Stage[] = [];
  const steps = text
    .replaceAll(/\\\n/g, ' ')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line && !line.startsWith('#'));
  for (const step of steps) {
    const [, word = '', rest = ''] = /^(\S+)\s+(.*)$/.exec(step) ?? [];
    console.log(`${word} ${rest}`);
    if (word === 'FROM') built.push(newStage(rest, built.length));
    else take(built.at(-1) as Stage, word, rest, built);
  }
  return built;
}

function newStage(from: string, index: number): Stage {
  if (!/^\S+@sha256:[0-9a-f]{64}(?: |$)/.test(from)) throw new Error(`FROM ${from} must have a digest.`);
  const name = / as (\S+)$/i.exec(from)?.[1] ?? String(index);
  const folder = path.join(scratch, `stage-${name}`);
  mkdirSync(folder);
  return { name, folder, workdir: '/', env: {}, user: undefined, command: [], healthcheck: [] };
}

function take(stage: Stage, word: string, rest: string, built: Stage[]): void {
  const here = path.join(stage.folder, stage.workdir);
  switch (word) {
    case 'WORKDIR':
      stage.workdir = rest;
      mkdirSync(path.join(stage.folder, rest), { recursive: true });
      break;
    case 'COPY': {
      const [, from, files = ''] = /^(?:--from=(\S+) )?(.*)$/.exec(rest) ?? [];
      const origin = from ? built.find(({ name }) => name === from)?.folder : context;
      const names = files.split(/\s+/);
      const target = names.pop() ?? '';
      for (const name of names) {
        const isInto = names.length > 1 || target.endsWith('/');
        cpSync(path.join(origin ?? '', name), path.join(here, target, isInto ? path.basename(name) : ''), {
          recursive: true,
        });
      }
      break;
    }
    case 'RUN': {
      const { status } = spawnSync('/bin/sh', ['-c', rest], {
        cwd: here,
        // With this machine's settings of npm, such as a registry of its own.
        env: { ...process.env, ...stage.env },
        stdio: 'inherit',
      });
      if (status !== 0) throw new Error(`RUN ${rest} ended with ${status}.`);
      break;
    }
    case 'ENV':
      Object.assign(stage.env, Object.fromEntries(rest.split(/\s+/).map((pair) => pair.split('='))));
      break;
    case 'USER':
      stage.user = rest;
      break;
    case 'CMD':
      stage.command = JSON.parse(rest);
      break;
    case 'HEALTHCHECK':
      stage.healthcheck = JSON.parse(rest.slice(rest.indexOf('[')));
      break;
    case 'EXPOSE':
      break;
    default:
      throw new Error(`This check does not know ${word}.`);
  }
}

/** Starts the last stage with secrets in files, as compose.yaml has it. */
async function run({ folder, workdir, env, user, command, healthcheck }: Stage): Promise<void> {
  if (!user || user === 'root') throw new Error('The last stage must not run as root.');
  const cluster = await startCluster();
  const secrets = path.join(scratch, 'secrets');
  mkdirSync(secrets);
  const workerUrl = await makeRole(cluster.url, secrets);
  const files = {
    DATABASE_URL: workerUrl,
    MIGRATION_DATABASE_URL: cluster.url,
    JWT_SECRET: 'a secret of this check, which is long enough',
  };
  for (const [name, value] of Object.entries(files)) writeFileSync(path.join(secrets, name), value);
  const variables = {
    PATH: `${path.dirname(process.execPath)}:${process.env.PATH}`,
    ...env,
    PORT: String(await freePort()),
    ...Object.fromEntries(Object.keys(files).map((name) => [`${name}_FILE`, path.join(secrets, name)])),
    MIGRATE_ON_START: 'true',
    MAIL_FROM: 'ledge@example.com',
    SMTP_URL: 'smtp://127.0.0.1:1025',
  } as unknown as NodeJS.ProcessEnv;
  const isRoot = process.getuid?.() === 0;
  const options = {
    cwd: path.join(folder, workdir),
    env: variables,
    stdio: 'inherit',
    ...(isRoot && { uid: NOBODY, gid: NOBODY }),
  } as const;
  const [program = '', ...flags] = command;
  const [check = '', ...checkFlags] = healthcheck;
  const server = spawn(program, flags, options);
  try {
    const deadline = Date.now() + HEALTHY_TIMEOUT_MS;
    while (spawnSync(check, checkFlags, options).status !== 0) {
      if (server.exitCode !== null || Date.now() > deadline) throw new Error('The server is not healthy.');
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    server.kill('SIGTERM');
    const [code] = await once(server, 'exit');
    if (code !== 0) throw new Error(`The server ended with ${code} after SIGTERM.`);
    console.log('The image builds, starts, is healthy and stops.');
  } finally {
    server.kill('SIGKILL');
    await cluster.stop();
  }
}

/** Runs the script that PostgreSQL's image runs in a new database. Resolves to the URL of the role that it makes. */
async function makeRole(url: string, secrets: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const password = path.join(secrets, 'worker_password');
  writeFileSync(password, "a 'quoted' password");
  const { status } = spawnSync(path.join(ROOT, 'server/make-role.sh'), {
    env: {
      PATH: process.env.PATH,
      PGHOST: hostname,
      PGPORT: port,
      POSTGRES_USER: 'postgres',
      POSTGRES_DB: 'postgres',
      WORKER_PASSWORD_FILE: password,
    } as unknown as NodeJS.ProcessEnv,
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error(`make-role.sh ended with ${status}.`);
  const worker = new URL(url);
  [worker.username, worker.password] = ['ledge_worker', "a 'quoted' password"];
  const backend = await openPostgres({ url: worker.href, poolSize: 1 });
  await backend.query({ text: 'SELECT 1' }).finally(() => backend.close());
  return worker.href;
}
