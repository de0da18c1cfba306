// Runs in Node: the built server of `server/` as a process of its own, on a real Postgres.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import path from 'node:path';
import { freePort } from '../../../tools/postgres/free-port.ts';

const ROOT = path.resolve(import.meta.dirname, '../../..');

export interface HomeProcess {
  url: string;
  child: ChildProcess;
  /** All lines that it has written so far. */
  lines(): string[];
  /** Sends a signal; resolves to its exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/** Settings that a server needs. */
export const homeSettings = (database_url: string): Record<string, string> => ({
  ENVIRONMENT: 'development',
  DATABASE_URL: database_url,
  JWT_SECRET: 'a secret of the tests, which is long enough',
  MAIL_VIA: 'terminal',
});

function spawnHome(settings: Record<string, string>, args: string[] = [], port?: HeldPort): ChildProcess {
  const { PATH = '' } = process.env;
  return spawn(process.execPath, [path.join(ROOT, 'dist/server/main.js'), ...args], {
    cwd: ROOT,
    env: { PATH, ...settings, ...(port && { LISTEN_FDS: '1' }) } as unknown as NodeJS.ProcessEnv,
    stdio: ['ignore', 'pipe', 'pipe', port?.fd],
  });
}

/** A port that stays open while no server is there, as server/ledge.socket holds it. */
export interface HeldPort {
  number: number;
  fd: number;
}

/** Holds a port until this process ends. It is bound here, and listens from the moment at which the first server does. */
export async function holdPort(): Promise<HeldPort> {
  const number = await freePort();
  // What node:cluster uses: a socket of which this process takes no connection.
  const { _createServerHandle: createHandle } = net as unknown as {
    _createServerHandle(address: string, port: number, family: 4): { fd: number };
  };
  const handle = createHandle('127.0.0.1', number, 4);
  held.push(handle);
  return { number, fd: handle.fd };
}
/** Keeps the handles, which are closed when they are collected as garbage. */
const held: unknown[] = [];

/** Starts the server, on a port of its own or one that is held, and waits until it answers. */
export async function startHome(settings: Record<string, string>, held?: HeldPort): Promise<HomeProcess> {
  const port = held?.number ?? (await freePort());
  const child = spawnHome({ ...settings, PORT: String(port) }, [], held);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  const url = `http://127.0.0.1:${port}`;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`The server ended: ${output}`);
    if (
      // Where the port is held, a request waits for a server, even for one that has ended.
      await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(1_000) }).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    url,
    child,
    lines: () => output.split('\n').filter(Boolean),
    async stop(signal = 'SIGTERM') {
      if (child.exitCode === null && child.signalCode === null) {
        const exited = once(child, 'exit');
        child.kill(signal);
        await exited;
      }
      return child.exitCode;
    },
  };
}

/** Starts a server that is expected to refuse its settings or its arguments. */
export async function runHome(
  settings: Record<string, string>,
  args?: string[],
): Promise<{ code: number; output: string }> {
  const child = spawnHome({ PORT: '0', ...settings }, args);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  const [code] = await once(child, 'close');
  return { code, output };
}
