// Stands between a Worker and the local Neon, hands calls on, and does to some of them what networks and proxies do.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { NeonFault } from './neon-faults.ts';

/** One call: what came, what can be answered, and a way to have it done. */
export interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  /** Has the call done, and resolves to its answer. */
  execute(): Promise<{ status: number; body: Buffer }>;
}

export interface HostileNeon {
  address: string;
  /** How many calls came so far. */
  calls(): number;
  /** Chooses the fault of each call from now on; undefined for none. */
  choose(choice: () => NeonFault | undefined): void;
  close(): Promise<void>;
}

export async function startHostileNeon(neon: string): Promise<HostileNeon> {
  let calls = 0;
  let choice: () => NeonFault | undefined = () => undefined;
  const server = createServer(async (request, response) => {
    const body = await buffer(request);
    // Mails go the only way out as well.
    if (request.url !== '/sql') return response.end('{}');
    calls += 1;
    const fault = choice();
    const execute = () => forward(neon, request, body);
    if (fault) return fault.reply({ request, response, execute });
    const answer = await execute();
    send(response, answer.status, answer.body);
  });
  server.keepAliveTimeout = 10 * 60 * 1000;
  await listen(server);
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls: () => calls,
    choose(next) {
      choice = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const listen = (server: Server) => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

export function send(
  response: ServerResponse,
  status: number,
  body: Buffer | string,
  type = 'application/json',
) {
  if (response.destroyed) return;
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) }).end(body);
}

async function forward(neon: string, request: IncomingMessage, body: Buffer) {
  const headers = Object.entries(request.headers).filter(([name]) => name.startsWith('neon-'));
  try {
    const answer = await fetch(`${neon}/sql`, {
      method: 'POST',
      headers: Object.fromEntries(headers) as Record<string, string>,
      body: new Uint8Array(body),
    });
    return { status: answer.status, body: Buffer.from(await answer.arrayBuffer()) };
  } catch {
    return { status: 502, body: Buffer.from('{"message":"the database does not answer"}') };
  }
}
