// The process of the Worker: Wrangler, and what it starts.
import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process';
import { createWriteStream, rmSync } from 'node:fs';
import path from 'node:path';
import type { Readable } from 'node:stream';

const ROOT = path.resolve(import.meta.dirname, '../..');
const STOP_TIMEOUT_MS = 5_000;
/** Windows has no process groups, and opens a window for a process that is detached. */
const HAS_GROUPS = process.platform !== 'win32';

/** Windows spells it `Path`. */
const PATH = Object.keys(process.env).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH';

export interface Worker {
  process: ChildProcessByStdio<null, Readable, Readable>;
  /** Resolves when the process and its output have ended. */
  ended: Promise<void>;
}

/** Starts the Worker in the folder of its data, with a file of settings. */
export function startWorker({
  folder,
  port,
  settings,
}: {
  folder: string;
  port: number;
  settings: string;
}): Worker {
  // The output of this run, for debugging and for programs that read a mailed code. `mode` only applies to a new file.
  const file = path.join(folder, 'dev.log');
  rmSync(file, { force: true });
  const log = createWriteStream(file, { mode: 0o600 });
  const wrangler = path.join(ROOT, 'node_modules/wrangler/bin/wrangler.js');
  const options = ['--ip', '127.0.0.1', '--port', String(port), '--inspector-port', '0'];
  const state = ['--persist-to', path.join(folder, 'worker'), '--show-interactive-dev-session=false'];
  const worker = spawn(process.execPath, [wrangler, 'dev', ...options, ...state, '--env-file', settings], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    // In its own process group: Ctrl-C reaches only this program, which then stops the group.
    detached: HAS_GROUPS,
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
      // Its output is read line by line, and written to a file.
      FORCE_COLOR: '0',
      // The build of wrangler.toml runs with `node`: with this one, whatever is installed.
      [PATH]: [path.dirname(process.execPath), process.env[PATH]].join(path.delimiter),
    },
  });
  for (const output of [worker.stdout, worker.stderr]) output.on('data', (chunk) => log.write(chunk));
  const ended = new Promise<void>((resolve) => worker.once('close', () => log.end(resolve)));
  return { process: worker, ended };
}

/** Stops the process group, and kills it after a timeout. */
export async function stopWorker(started: Worker | undefined): Promise<void> {
  const pid = started?.process.pid;
  if (!pid) return;
  const send = (signal: 'SIGINT' | 'SIGKILL') => {
    if (!HAS_GROUPS) return void spawnSync('taskkill', ['/pid', String(pid), '/T', '/F']);
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
