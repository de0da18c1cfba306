// Starts a Neon that answers from memory, and teaches it.
import path from 'node:path';
import { freePort } from '../postgres/free-port.ts';
import { ask, type Request } from './load.ts';
import { type Server, startServer } from './server.ts';

interface CannedNeon extends Server {
  /** Has each request answered once by the real Neon; from then on answers come from memory alone. */
  record(addresses: string[], requests: Request[]): Promise<void>;
}

/** `origin` is the real one. */
export async function startCannedNeon(origin: string): Promise<CannedNeon> {
  const port = await freePort();
  const program = path.join(import.meta.dirname, 'canned-neon.ts');
  const flags = [program, '--port', String(port), '--origin', origin];
  const server = await startServer(process.execPath, flags, { port, env: {} });
  return {
    ...server,
    async record([address = ''], requests) {
      for (const request of requests) await ask(address, request);
      await fetch(`${server.address}/replay`, { method: 'POST' });
    },
  };
}
