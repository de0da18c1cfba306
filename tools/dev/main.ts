// `npm run dev`: the database, its migrations and the Worker, in one terminal.
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import type { Backend, DatabaseError } from '../neon/backend.ts';
import { dataFolder, makeFolder } from '../neon/data-folder.ts';
import { lockFolder, lockOwner } from '../neon/folder-lock.ts';
import { newKey } from '../neon/key.ts';
import { openPglite } from '../neon/pglite.ts';
import { startNeon } from '../neon/server.ts';
import { shareFolder } from '../neon/sharing.ts';
import { migrateUp } from '../postgres/migrations.ts';
import { closeSecrets, ensureSecret, writeSettings } from './dev-vars.ts';
import { showOutput } from './screen.ts';
import { databaseErrorText, lookOf, startText } from './terminal.ts';
import { startWorker, stopWorker, type Worker } from './worker.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const READY_TIMEOUT_MS = 60_000;
const CLOSE_TIMEOUT_MS = 30_000;
const PARENT_INTERVAL_MS = 500;
const PROBE_ID = newKey();

const [argument] = process.argv.slice(2);
if (argument !== undefined)
  fail(`unknown argument "${argument}". Settings are environment variables: PORT=8888 npm run dev`);
const port = readPort(process.env.PORT ?? '8787');
const folder = dataFolder();

function readPort(text: string): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= 1 && number <= 65_535) return number;
  return fail(`PORT must be a number from 1 to 65535, not "${text}".`);
}

function fail(reason: string): never {
  // Over the line that says that it is starting.
  if (process.stdout.isTTY) process.stdout.write('\r\x1b[2K');
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

async function waitUntilReady(): Promise<void> {
  const deadline = Date.now() + READY_TIMEOUT_MS;
  while (Date.now() < deadline) {
    const response = await fetch(`http://127.0.0.1:${port}/readyz`, {
      headers: { 'X-Request-Id': PROBE_ID },
    }).catch(() => undefined);
    if (response?.status === 200) return;
    // A wrong setting will not get better.
    if (response?.status === 500)
      throw new Error(`The Worker did not become ready. ${await detailOf(response)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('The Worker did not become ready; see its messages above.');
}

/** What a problem says. */
const detailOf = (response: Response) =>
  response.json().then(
    (problem) => String((problem as { detail?: string }).detail),
    () => 'See its messages above.',
  );

/** Calls `stop` when the npm that started this program has ended: its shell doesn't pass on every signal. */
function watchParent(stop: () => void): void {
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  setInterval(() => process.ppid === parent || stop(), PARENT_INTERVAL_MS).unref();
}

/** The command that fills this database, whatever its folder is. */
function seedCommand(): string {
  const command = 'npm run ledge -- seed';
  if (process.env.DATA_DIR === undefined) return command;
  const { DATA_DIR } = process.env;
  return process.platform === 'win32'
    ? `set DATA_DIR=${DATA_DIR}&& ${command}`
    : `DATA_DIR=${DATA_DIR} ${command}`;
}

/** A constraint, a deadlock, or what a function raises itself: the Worker makes an answer of it. */
const isForeseen = ({ code = '' }: DatabaseError) => /^(23|40P01|40001|LG)/.test(code);

/** Tells on a terminal that it takes a while; the line is replaced by what follows. */
function showWaiting(): () => void {
  if (!process.stdout.isTTY) return () => undefined;
  process.stdout.write('Ledge is starting …');
  let isShown = true;
  return () => {
    if (isShown) process.stdout.write('\r\x1b[2K');
    isShown = false;
  };
}

async function main(): Promise<void> {
  requireFiles();
  await requireFreePort();
  closeSecrets();
  ensureSecret();
  makeFolder(folder, 'DATA_DIR');
  const dataDir = path.join(folder, 'postgres');
  // Before anything is written to the folder, which another process may be using.
  const unlock = lockFolder(dataDir);
  const hideWaiting = showWaiting();
  const look = lookOf(process.stdout);
  process.stdout.on('resize', () => Object.assign(look, lookOf(process.stdout)));
  const database = Promise.withResolvers<Backend>();
  // Without a handler Node would end the process when it is rejected.
  database.promise.catch(() => undefined);
  const neon = await startNeon({
    backend: database.promise,
    password: newKey(),
    onError: (error) => isForeseen(error) || console.log(databaseErrorText(error, look)),
  });
  const nameOf = async (user: number) => {
    const backend = await database.promise;
    const { rows } = await backend.query({
      text: 'SELECT username FROM users WHERE id = $1',
      params: [String(user)],
    });
    return rows[0]?.[0] ?? undefined;
  };
  let started: Worker | undefined;
  let shown = Promise.resolve();
  let opening: Promise<Backend> | undefined;
  let unshare = async () => {};

  let stopping = false;
  let interrupted = false;
  const stop = async (code: number, reason?: string) => {
    if (stopping) return;
    stopping = true;
    interrupted = started?.process.exitCode === null;
    // What still waits for the database fails now; once it is open, this has no effect.
    database.reject(new Error('The database is being closed.'));
    await stopWorker(started);
    await shown;
    hideWaiting();
    if (reason !== undefined) console.error(`ledge: ${reason}`);
    await unshare();
    await neon.close();
    // A database that is still being opened is not cut off: its folder would hold half of one.
    const closed = opening?.then(
      (backend) => backend.close(),
      () => undefined,
    );
    await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, CLOSE_TIMEOUT_MS))]);
    unlock();
    process.exit(code);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop(0));
  watchParent(() => stop(0));

  try {
    const { databaseUrl, endpoint } = neon;
    const given = { DATABASE_URL: databaseUrl, DATABASE_ENDPOINT: endpoint, LOG_DETAILS: 'true' };
    started = startWorker({ folder, port, settings: writeSettings(folder, given) });
    const print = (text: string) => {
      hideWaiting();
      console.log(text);
    };
    const { stdout, stderr } = started.process;
    shown = showOutput([stdout, stderr], {
      look,
      print,
      nameOf,
      probeId: PROBE_ID,
      isEnding: () => stopping,
      isInterrupted: () => interrupted,
    });
    started.process.once('exit', (code) => stop(code || 1));
    // Meanwhile Wrangler starts, which takes about as long.
    opening = openPglite({ dataDir, isLocked: true });
    const backend = await opening;
    if (stopping) return;
    await migrateUp(backend);
    if (stopping) return;
    database.resolve(backend);
    // Only after migrating: `npm run ledge` must not see half of the tables.
    unshare = await shareFolder(dataDir, backend);
    await waitUntilReady();
  } catch (error) {
    return stop(1, (error as Error).message);
  }
  hideWaiting();
  const start = {
    address: `http://localhost:${port}`,
    folder: folder.startsWith(process.cwd() + path.sep) ? path.relative(process.cwd(), folder) : folder,
    seed: seedCommand(),
  };
  console.log(`${startText(start, look)}\n`);
}

main().catch((error: Error) => fail(error.message));
