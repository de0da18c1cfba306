import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { freePort } from './free-port.ts';

export interface Cluster {
  /** Connection string of the superuser `postgres`, database `postgres`. */
  url: string;
  pid: number | undefined;
  /** Ends the server at once, as a crash would, and leaves its files. */
  halt(): Promise<void>;
  /** Starts the server again, on the same port. */
  start(): Promise<void>;
  /** Stops the server and deletes its files, as the end of this process does. */
  stop(): Promise<void>;
}

// Data need not survive a crash. 200 connections are enough for a pool of 40 in each test file. No query runs long
// enough to be worth compiling.
const SETTINGS = {
  jit: 'off',
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: '200',
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  TimeZone: 'UTC',
};

/** Starts a temporary PostgreSQL with the installed binaries, empty or a streaming replica; throws when there are none. */
export async function startCluster({
  settings = {},
  replicaOf,
}: {
  settings?: Record<string, string>;
  /** The URL of its primary. */
  replicaOf?: string;
} = {}): Promise<Cluster> {
  const binaries = findBinaries(replicaOf === undefined ? PROGRAMS : [...PROGRAMS, COPY_PROGRAM]);
  const owner = unprivilegedUser();
  const folder = mkdtempSync(join(tmpdir(), 'ledge-cluster-'));
  if (owner) chownSync(folder, owner.uid, owner.gid);
  const child: { server?: ChildProcess } = {};
  const remove = () => {
    // SIGQUIT: end at once, without a checkpoint. The server deletes its pid file last of all.
    if (child.server?.kill('SIGQUIT')) waitUntilGone(join(folder, 'postmaster.pid'));
    rmSync(folder, { recursive: true, force: true });
  };
  const removeAndExit = (signal: NodeJS.Signals) => {
    remove();
    process.kill(process.pid, signal);
  };
  process.once('exit', remove).once('SIGINT', removeAndExit).once('SIGTERM', removeAndExit);
  const removeHandlers = () =>
    process.off('exit', remove).off('SIGINT', removeAndExit).off('SIGTERM', removeAndExit);

  try {
    if (replicaOf === undefined) initialise(join(binaries, 'initdb'), folder, owner);
    else copyPrimary(join(binaries, COPY_PROGRAM), folder, owner, replicaOf);
    const port = await freePort();
    const flags = Object.entries({ ...SETTINGS, ...settings }).flatMap(([name, value]) => [
      '-c',
      `${name}=${value}`,
    ]);
    const start = async () => {
      const server = spawn(join(binaries, 'postgres'), ['-D', folder, '-p', String(port), ...flags], {
        ...owner,
        cwd: folder,
        env: { ...process.env, LC_ALL: 'C' },
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      child.server = server;
      await waitUntilReady(server);
    };
    const halt = async () => {
      const { server } = child;
      if (!server || server.exitCode !== null || server.signalCode !== null) return;
      server.kill('SIGQUIT');
      await once(server, 'exit');
    };
    await start();
    return {
      url: `postgresql://postgres@127.0.0.1:${port}/postgres`,
      get pid() {
        return child.server?.pid;
      },
      halt,
      start,
      async stop() {
        removeHandlers();
        await halt();
        rmSync(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    removeHandlers();
    remove();
    throw error;
  }
}

const PROGRAMS = ['postgres', 'initdb'];
const COPY_PROGRAM = 'pg_basebackup';

/** Whether `startCluster` can start a server and its replica. */
export function hasBinaries(): boolean {
  try {
    return Boolean(findBinaries([...PROGRAMS, COPY_PROGRAM]));
  } catch {
    return false;
  }
}

/** The folder that holds these programs: on PATH, then Debian's, newest first, then pg_config's. */
function findBinaries(programs: string[]): string {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [
    ...(process.env.PATH ?? '').split(delimiter),
    ...versions.map((version) => join(debian, version, 'bin')),
    ...pgConfigFolder(),
  ];
  const found = folders.find((folder) =>
    programs.every((program) => folder !== '' && existsSync(join(folder, program))),
  );
  if (!found) throw new Error('No PostgreSQL server is installed: apt-get install postgresql');
  return found;
}

function pgConfigFolder(): string[] {
  try {
    return [execFileSync('pg_config', ['--bindir'], { encoding: 'utf8', stdio: 'pipe' }).trim()];
  } catch {
    return [];
  }
}

interface User {
  uid: number;
  gid: number;
}

/** The user to run Postgres as when this process is root, which Postgres refuses; otherwise undefined. */
function unprivilegedUser(): User | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const accounts = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  for (const name of ['postgres', 'nobody']) {
    const account = accounts.find(([login]) => login === name);
    if (account) return { uid: Number(account[2]), gid: Number(account[3]) };
  }
  throw new Error(
    'PostgreSQL does not run as root, and there is no user "postgres" or "nobody" to run it as.',
  );
}

function initialise(initdb: string, folder: string, owner: User | undefined): void {
  const run = (locale: string) =>
    execFileSync(
      initdb,
      ['-D', folder, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', `--locale=${locale}`, '--no-sync'],
      { ...owner, cwd: folder, stdio: 'pipe' },
    );
  try {
    run('C.UTF-8');
  } catch {
    // Not every system has that locale. initdb leaves a folder that it was given empty.
    run('C');
  }
}

/** Copies a running server, with the settings of a replica that streams from it. */
function copyPrimary(program: string, folder: string, owner: User | undefined, url: string): void {
  const flags = ['--write-recovery-conf', '--checkpoint=fast', '--no-sync'];
  execFileSync(program, ['-D', folder, '-d', url, ...flags], { ...owner, cwd: folder, stdio: 'pipe' });
}

/** Blocks for at most three seconds, because nothing asynchronous runs when a process ends. */
function waitUntilGone(file: string): void {
  const clock = new Int32Array(new SharedArrayBuffer(4));
  for (let left = 150; left > 0 && existsSync(file); left--) Atomics.wait(clock, 0, 0, 20);
}

async function waitUntilReady(server: ChildProcess): Promise<void> {
  let log = '';
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.once('exit', () =>
      reject(new Error(`PostgreSQL did not start: ${log.trim().split('\n').at(-1)}`)),
    );
    // All output is read, because a full pipe would block the server. Only its end is kept:
    // clients that connect too early make it long.
    server.stderr?.setEncoding('utf8').on('data', (text: string) => {
      log = (log + text).slice(-10_000);
      if (/ready to accept (read-only )?connections/.test(log)) resolve();
    });
  });
}
