// Where Ledge runs: the deploy bundle under plain workerd, or the server for Node.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Server, startServer } from '../bench/server.ts';
import { type Bundle, bundle, startWorker } from '../bench/workers.ts';
import { freePort } from '../postgres/free-port.ts';
import { SETTINGS } from './world.ts';

export interface Home {
  name: string;
  /** One of each process. */
  addresses: string[];
  /** Lines of the log about what nobody foresaw, since it was last asked. */
  unforeseen(): string[];
  /** Mebibytes that its processes hold. */
  residentSize(): number;
  stop(): Promise<void>;
}

const ROOT = path.resolve(import.meta.dirname, '../..');
const MOST = '10000000';
const LIMITS = { REQUESTS_PER_MINUTE: MOST, WRITES_PER_MINUTE: MOST, SIGN_INS_PER_MINUTE: MOST };

export interface Programs {
  worker: Bundle;
  /** Deletes them. */
  remove(): void;
}

/** Builds what is deployed. */
export function buildPrograms({ withNode }: { withNode: boolean }): Programs {
  const scratch = mkdtempSync(path.join(tmpdir(), 'ledge-chaos-'));
  const remove = () => rmSync(scratch, { recursive: true, force: true });
  if (withNode) execFileSync(process.execPath, [path.join(ROOT, 'tools/build/main.ts')], { stdio: 'pipe' });
  return { worker: bundle(scratch), remove };
}

/** `neon` is the only way out of the Worker: calls of the database and mails go there. */
export async function startWorkerHome(
  { worker }: Programs,
  neon: string,
  { processes = 1, settings = {} }: { processes?: number; settings?: Record<string, string> } = {},
): Promise<Home> {
  const log = new Log();
  const all = {
    ...SETTINGS,
    ...LIMITS,
    DATABASE_URL: 'postgresql://ledge:chaos@ep-chaos.localhost/ledge',
    MAIL_VIA: 'resend',
    RESEND_API_KEY: 'a key of nobody',
    RESEND_ENDPOINT: 'http://mail.localhost/emails',
    ...settings,
  };
  const servers: Server[] = [];
  for (let i = 0; i < processes; i += 1)
    servers.push(await startWorker(worker, neon, all, (text) => log.add(text)));
  return homeOf('Worker', servers, log);
}

export async function startNodeHome(database: string, settings: Record<string, string> = {}): Promise<Home> {
  const log = new Log();
  const port = await freePort();
  const env = {
    ...SETTINGS,
    ...LIMITS,
    DATABASE_URL: database,
    DATABASE_POOL_SIZE: '16',
    MAIL_VIA: 'smtp',
    SMTP_URL: 'smtp://127.0.0.1:1',
    TRUSTED_PROXIES: '127.0.0.1',
    PORT: String(port),
    ...settings,
  };
  const flags = ['--enable-source-maps', path.join(ROOT, 'dist/server/main.js')];
  const server = await startServer(process.execPath, flags, {
    port,
    env,
    onOutput: (text) => log.add(text),
  });
  return homeOf('Node', [server], log);
}

const homeOf = (name: string, servers: Server[], log: Log): Home => ({
  name,
  addresses: servers.map(({ address }) => address),
  unforeseen: () => log.unforeseen.splice(0),
  residentSize: () => servers.reduce((sum, { pid }) => sum + residentSize(pid), 0),
  async stop() {
    for (const server of servers) await server.stop();
  },
});

/** Linux tells; elsewhere it is not known. */
function residentSize(pid: number | undefined): number {
  try {
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
  } catch {
    return Number.NaN;
  }
}

const KEPT_LINES_MAX = 20;

/** Reads a log as it is written, and keeps the lines about what nobody foresaw. */
class Log {
  readonly unforeseen: string[] = [];
  #rest = '';

  add(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines)
      if (/"unforeseen"|uncaught|unhandled/i.test(line) && this.unforeseen.length < KEPT_LINES_MAX)
        this.unforeseen.push(line);
  }
}
