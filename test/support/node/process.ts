// Runs in Node: the built server of `server/` as a process of its own, on a real Postgres.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
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

function spawnHome(settings: Record<string, string>, args: string[] = []): ChildProcess {
  const { PATH = '' } = process.env;
  return spawn(process.execPath, [path.join(ROOT, 'dist/server/main.js'), ...args], {
    cwd: ROOT,
    env: { PATH, ...settings } as unknown as NodeJS.ProcessEnv,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Starts the server and waits until it answers. */
export async function startHome(settings: Record<string, string>): Promise<HomeProcess> {
  const port = await freePort();
  const child = spawnHome({ PORT: String(port), ...settings });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  const url = `http://127.0.0.1:${port}`;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`The server ended: ${output}`);
    if (
      await fetch(`${url}/healthz`).then(
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
