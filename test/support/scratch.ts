// Runs in Node: databases on a real Postgres, for as long as a test needs them.
import { randomBytes } from 'node:crypto';
import { startCluster } from '../../tools/cluster.ts';
import type { Backend } from '../../tools/neon/backend.ts';
import { openPostgres } from '../../tools/neon/postgres.ts';

export interface ScratchServer {
  /** Creates an empty database; resolves to its connection string. */
  create(): Promise<string>;
  /** Drops what was created, and leaves nothing behind. */
  stop(): Promise<void>;
}

/** The server of TEST_DATABASE_URL, or else a throw-away cluster. */
export async function openScratchServer(): Promise<ScratchServer> {
  const given = process.env.TEST_DATABASE_URL;
  const cluster = given ? undefined : await startCluster();
  const server = given ?? cluster?.url ?? '';
  const admin = await openPostgres({ url: server, poolSize: 1 });
  const names: string[] = [];
  return {
    async create() {
      const name = `ledge_test_${randomBytes(6).toString('hex')}`;
      await admin.execute(`CREATE DATABASE ${name}`);
      names.push(name);
      const url = new URL(server);
      url.pathname = `/${name}`;
      return url.href;
    },
    async stop() {
      for (const name of names) await admin.execute(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      await admin.close();
      await cluster?.stop();
    },
  };
}

/** One database of its own. */
export async function openScratchDatabase(): Promise<{ backend: Backend; remove(): Promise<void> }> {
  const server = await openScratchServer();
  const backend = await openPostgres({ url: await server.create() });
  return {
    backend,
    async remove() {
      await backend.close();
      await server.stop();
    },
  };
}
