import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';

export interface Server {
  address: string;
  pid: number | undefined;
  stop(): Promise<void>;
}

const PATIENCE_MS = 30_000;

const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

interface ServerOptions {
  port: number;
  env: Record<string, string>;
  /** Gets what the program writes; without it, nobody reads that. */
  onOutput?: ((text: string) => void) | undefined;
}

/** Starts a program and waits until something listens on its port; throws what it wrote when it ends before. */
export async function startServer(
  program: string,
  flags: string[],
  { port, env, onOutput }: ServerOptions,
): Promise<Server> {
  const child = spawn(program, flags, {
    env: { ...process.env, ...env },
    stdio: ['ignore', onOutput ? 'pipe' : 'ignore', 'pipe'],
  });
  if (onOutput)
    for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', onOutput);
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-2_000);
  });
  running.add(child);
  const deadline = Date.now() + PATIENCE_MS;
  while (!(await listens(port))) {
    if (hasEnded(child)) throw new Error(`${program} ended: ${said.trim()}`);
    if (Date.now() > deadline) throw new Error(`${program} does not listen on ${port}: ${said.trim()}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return {
    address: `http://127.0.0.1:${port}`,
    pid: child.pid,
    async stop() {
      running.delete(child);
      if (hasEnded(child)) return;
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}

const hasEnded = (child: ChildProcess) => child.exitCode !== null || child.signalCode !== null;

async function listens(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
