import { createServer, type Server } from 'node:net';

// Below those that a system gives out by itself (32768 and up on Linux): nobody is given it by chance before it is used.
const LOWEST = 10_000;
const PAIRS = 3_000;

/**
 * A port of 127.0.0.1 that nobody has, and that nobody else who asks here is told for as long as this process lives: it
 * holds the one above.
 */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < PAIRS; tries += 1) {
    const port = LOWEST + 2 * Math.floor(Math.random() * PAIRS);
    const guard = await listen(port + 1);
    const probe = guard && (await listen(port));
    if (probe) {
      guard.unref();
      await new Promise((resolve) => probe.close(resolve));
      return port;
    }
    guard?.close();
  }
  throw new Error('no free port');
}

const listen = (port: number) =>
  new Promise<Server | undefined>((resolve) => {
    const server = createServer((socket) => socket.destroy()).once('error', () => resolve(undefined));
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
