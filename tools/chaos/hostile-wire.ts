// Stands between the server for Node and Postgres, hands bytes on, and does to some statements what networks do.

import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';

/** What becomes of a statement, or of its answer. */
export const WIRE_FAULTS = [
  'reset before the statement',
  'reset after the statement',
  'closed before the statement',
  'answer cut off',
  'no answer in time',
  'slow',
  'bytes that are no answer',
] as const;
export type WireFault = (typeof WIRE_FAULTS)[number];

export interface HostileWire {
  /** The connection string that leads through it. */
  url: string;
  choose(choice: () => WireFault | undefined): void;
  close(): Promise<void>;
}

const SLOW_MS = 100;
/** `Parse` or `Bind` of the protocol: every call holds one of them. */
const STATEMENT = /[PB]\0/;

export async function startHostileWire(database: string): Promise<HostileWire> {
  const to = new URL(database);
  let choice: () => WireFault | undefined = () => undefined;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const postgres = connect(Number(to.port), to.hostname);
    const both = [client, postgres];
    const end = () => {
      for (const socket of both) socket.destroy();
    };
    for (const socket of both) {
      sockets.add(socket);
      socket.on('error', end).on('close', () => {
        sockets.delete(socket);
        end();
      });
    }
    /** What the next bytes of Postgres get. */
    let pending: WireFault | undefined;
    client.on('data', (bytes) => {
      const fault = STATEMENT.test(bytes.toString('latin1')) ? choice() : undefined;
      if (fault === 'reset before the statement') return client.resetAndDestroy();
      if (fault === 'closed before the statement') return end();
      if (fault === 'slow') return setTimeout(() => postgres.write(bytes), SLOW_MS);
      pending = fault;
      return postgres.write(bytes);
    });
    postgres.on('data', (bytes) => {
      const fault = pending;
      pending = undefined;
      if (fault === 'reset after the statement') return client.resetAndDestroy();
      if (fault === 'no answer in time') {
        // Nothing more is said on this connection.
        postgres.removeAllListeners('data').resume();
        return undefined;
      }
      if (fault === 'answer cut off') return client.end(bytes.subarray(0, bytes.length / 2));
      if (fault === 'bytes that are no answer') return client.end(Buffer.alloc(100, 0xff));
      return client.write(bytes);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(database);
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    choose(next) {
      choice = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
