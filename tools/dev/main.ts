// `npm run dev`: the database, its migrations and the Worker, in one terminal.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  createWriteStream,
  existsSync,
  mkdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { lockOwner } from '../neon/folder-lock.ts';
import { newKey } from '../neon/key.ts';
import { openPglite } from '../neon/pglite.ts';
import { type Neon, startNeon } from '../neon/server.ts';
import { shareFolder } from '../neon/sharing.ts';
import { migrateUp } from '../postgres/migrations.ts';
import { parseSettings, readSecrets, SECRETS } from './dev-vars.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const READY_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 5_000;

const port = readPort(process.env.PORT ?? '8787');
const folder = path.resolve(ROOT, process.env.DATA_DIR ?? '.data');

function readPort(text: string): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= 1 && number <= 65_535) return number;
  return fail(`PORT must be a number from 1 to 65535, not "${text}".`);
}

function fail(reason: string): never {
  console.error(`ledge: ${reason}`);
  process.exit(1);
}

/** The command that starts a second server while one is running. */
function secondStartCommand(): string {
  const second = lockOwner(path.join(folder, 'postgres'))
    ? `DATA_DIR=${process.env.DATA_DIR ?? '.data'}-2 `
    : '';
  return `PORT=${(port % 65_535) + 1} ${second}npm run dev`;
}

/** Fails with a clear message; Wrangler would choose another port or print a stack trace. */
function requireFreePort(): Promise<void> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', ({ code }: NodeJS.ErrnoException) =>
      fail(
        code === 'EADDRINUSE'
          ? `Port ${port} is in use. Choose another: ${secondStartCommand()}`
          : `Port ${port}: ${code}`,
      ),
    );
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve()));
  });
}

/** Fails with a clear message when a file is missing. */
function requireFiles(): void {
  for (const name of ['wrangler.toml', 'src/index.ts', 'node_modules/wrangler']) {
    if (!existsSync(path.join(ROOT, name))) fail(`${name} is missing. Restore it, or run npm ci.`);
  }
}

/** Writes a random JWT_SECRET to .dev.vars if it has none. */
function ensureSecret(): void {
  const written = readSecrets();
  if (parseSettings(written).JWT_SECRET) return;
  const gap = written && !written.endsWith('\n') ? '\n' : '';
  writeFileSync(SECRETS, `${written}${gap}JWT_SECRET=${randomBytes(32).toString('base64url')}\n`, {
    mode: 0o600,
  });
}

const OTHERS = 0o077;

/** Makes .dev.vars readable for its owner only. */
function closeSecrets(): void {
  if (process.platform === 'win32' || !existsSync(SECRETS) || (statSync(SECRETS).mode & OTHERS) === 0) return;
  try {
    chmodSync(SECRETS, 0o600);
    console.log('.dev.vars holds secrets and was open to others on this machine: now only you can read it.');
  } catch {
    console.error(
      'ledge: .dev.vars holds secrets and others on this machine can read it: chmod 600 .dev.vars',
    );
  }
}

/**
 * Writes the developer's settings and the address of the database to a file for Wrangler that only its owner can read. The
 * arguments of a command are visible to all users of the machine.
 */
function writeSettings({ databaseUrl, endpoint }: Neon): string {
  const file = path.join(folder, 'worker.env');
  const own = parseSettings(readSecrets());
  const settings = { ...own, DATABASE_URL: databaseUrl, DATABASE_ENDPOINT: endpoint };
  const lines = Object.entries(settings).map(([name, value]) => {
    const quote = ["'", '`'].find((mark) => !value.includes(mark));
    // Not `fail`, because the database is open and must be closed.
    if (!quote) throw new Error(`.dev.vars: Wrangler can't read ${name}, which holds both ' and \`.`);
    // Unlike in .dev.vars, `$` refers to a variable. The comment ends a value whose last \ escapes the closing quote.
    return `${name}=${quote}${value.replaceAll('$', '\\$')}${quote}\n# ' \`.\n`;
  });
  // `mode` only applies to a new file.
  rmSync(file, { force: true });
  writeFileSync(file, lines.join(''), { mode: 0o600 });
  return file;
}

function startWorker(neon: Neon) {
  const wrangler = path.join(ROOT, 'node_modules/wrangler/bin/wrangler.js');
  const options = ['--ip', '127.0.0.1', '--port', String(port), '--inspector-port', '0'];
  const state = ['--persist-to', path.join(folder, 'worker'), '--show-interactive-dev-session=false'];
  const settings = ['--env-file', writeSettings(neon)];
  const worker = spawn(process.execPath, [wrangler, 'dev', ...options, ...state, ...settings], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    // In its own process group: Ctrl-C reaches only this program, which then stops the group.
    detached: true,
    env: {
      ...process.env,
      WRANGLER_SEND_METRICS: 'false',
      CLOUDFLARE_CF_FETCH_ENABLED: 'false',
      // Settings come from that file only: the shell may have the DATABASE_URL of another environment.
      CLOUDFLARE_INCLUDE_PROCESS_ENV: 'false',
      CLOUDFLARE_LOAD_DEV_VARS_FROM_DOT_ENV: 'true',
      // The output, with mailed codes, is stored in `folder` and nowhere else.
      WRANGLER_WRITE_LOGS: 'false',
      // Wrangler's pages that show the resources of the Worker, of which it has none.
      X_LOCAL_EXPLORER: 'false',
      X_LOCAL_OBSERVABILITY: 'false',
      // Its output is a pipe, so it can't find out that it ends up in a terminal.
      ...(process.stdout.hasColors?.() && { FORCE_COLOR: '1' }),
    },
  });
  worker.stdout.pipe(process.stdout);
  worker.stderr.pipe(process.stderr);
  // The output of this run, for debugging and for programs that read a mailed code.
  const log = createWriteStream(path.join(folder, 'dev.log'), { mode: 0o600 });
  for (const output of [worker.stdout, worker.stderr]) output.on('data', (chunk) => log.write(chunk));
  /** Resolves when the process and its output have ended. */
  const ended = new Promise<void>((resolve) => worker.once('close', () => log.end(resolve)));
  return { worker, ended };
}

async function waitUntilReady(): Promise<void> {
  const deadline = Date.now() + READY_TIMEOUT_MS;
  while (Date.now() < deadline) {
    const status = await fetch(`http://127.0.0.1:${port}/readyz`).then(
      (response) => response.status,
      () => undefined,
    );
    if (status === 200) return;
    // A wrong setting will not get better.
    if (status === 500) break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('The Worker did not become ready; see its messages above.');
}

async function main(): Promise<void> {
  requireFiles();
  await requireFreePort();
  closeSecrets();
  ensureSecret();
  // It holds emails and password hashes.
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const dataDir = path.join(folder, 'postgres');
  const backend = await openPglite({ dataDir });
  const neon = await startNeon({ backend, password: newKey() });
  let started: ReturnType<typeof startWorker> | undefined;
  let unshare = async () => {};

  let stopping = false;
  const stop = async (code: number) => {
    if (stopping) return;
    stopping = true;
    await stopGroup(started);
    await unshare();
    await neon.close();
    await backend.close();
    process.exit(code);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop(0));

  try {
    const applied = await migrateUp(backend);
    if (applied.length > 0) console.log(`Applied migrations: ${applied.join(', ')}`);
    // Only after migrating: `npm run ledge` must not see half of the tables.
    unshare = await shareFolder(dataDir, backend);
    started = startWorker(neon);
    started.worker.once('exit', (code) => stop(code || 1));
    await waitUntilReady();
  } catch (error) {
    if (!stopping) console.error(`ledge: ${(error as Error).message}`);
    return stop(1);
  }
  const address = `http://localhost:${port}`;
  console.log(
    `\n  Ledge is ready.\n\n  API        ${address}\n  Try it out ${address}/docs\n  Reference  ${address}/redoc\n\n  Ctrl-C stops it; the data stays in ${path.relative(process.cwd(), folder) || folder}.\n`,
  );
}

/** Stops the process group, and kills it after a timeout. */
async function stopGroup(started: ReturnType<typeof startWorker> | undefined): Promise<void> {
  const pid = started?.worker.pid;
  if (!pid) return;
  const send = (signal: 'SIGINT' | 'SIGKILL') => {
    try {
      process.kill(-pid, signal);
    } catch {
      // The group has ended already.
    }
  };
  send('SIGINT');
  await Promise.race([started.ended, new Promise((resolve) => setTimeout(resolve, STOP_TIMEOUT_MS))]);
  send('SIGKILL');
}

main().catch((error: Error) => fail(error.message));
