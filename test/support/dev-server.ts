// Runs in Node: starts `npm run dev` on a free port with a folder of its own.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export const ROOT = path.resolve(import.meta.dirname, '../..');
const READY = 'Ledge is ready';

export interface DevServer {
  url: string;
  process: ChildProcess;
  /** All that it has printed so far. */
  output(): string;
  /** Stops it like Ctrl-C; resolves to the exit code. */
  stop(): Promise<number | null>;
}

export function temporaryFolder(): { folder: string; remove: () => void } {
  const folder = mkdtempSync(path.join(tmpdir(), 'ledge-dev-'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Starts it and resolves once it says that it is ready, or once it has ended. */
export async function startDev(folder: string, port: number, root = ROOT): Promise<DevServer> {
  const child = spawn(process.execPath, ['tools/dev/main.ts'], {
    cwd: root,
    env: { ...process.env, PORT: String(port), DATA_DIR: folder, VITEST: undefined, NODE_ENV: undefined },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  // Its output may end after the process.
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
  await new Promise<void>((resolve) => {
    const collect = (chunk: Buffer) => {
      printed += chunk;
      if (printed.includes(READY)) resolve();
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    exited.then(() => resolve());
  });
  return {
    url: `http://127.0.0.1:${port}`,
    process: child,
    output: () => printed,
    stop: () => {
      child.kill('SIGINT');
      return exited;
    },
  };
}
