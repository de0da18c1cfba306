import { createServer, type Server } from 'node:net';

// Below the ephemeral ports (32768 and up on Linux), so that no other program gets it before it is used.
const LOWEST = 10_000;
const PAIRS = 3_000;

/**
 * A free port of 127.0.0.1. As long as this process lives, it also holds the port above, so that no other process that calls
 * this function gets the same one.
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
