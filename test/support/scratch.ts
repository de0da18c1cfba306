// Runs in Node: databases on a real Postgres, for as long as a test needs them.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Backend } from '../../tools/neon/backend.ts';
import { openPostgres } from '../../tools/neon/postgres.ts';
import { startCluster } from '../../tools/postgres/cluster.ts';
import { migrateUp } from '../../tools/postgres/migrations.ts';

export interface ScratchServer {
  /** Creates an empty database; resolves to its connection string. */
  create(): Promise<string>;
  /** Drops all databases that were created. */
  stop(): Promise<void>;
}

/** The server of this URL, by default that of TEST_DATABASE_URL, or else a throw-away cluster. */
export async function openScratchServer(existing = process.env.TEST_DATABASE_URL): Promise<ScratchServer> {
  const cluster = existing ? undefined : await startCluster();
  const server = existing ?? cluster?.url ?? '';
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

export interface WorkerDatabase {
  /** Opened with the role of the Worker. */
  backend: Backend;
  /** Opened as the owner of the tables. */
  owner: Backend;
  /** The connection string of the Worker's role. */
  url: string;
  remove(): Promise<void>;
}

/** A migrated database, opened with the role that docs/deployment.md creates for the Worker, so that its rights are tested. */
export async function openWorkerDatabase(existing?: string): Promise<WorkerDatabase> {
  const server = await openScratchServer(existing);
  const url = await server.create();
  const owner = await openPostgres({ url, poolSize: 20 });
  const role = `ledge_worker_${randomBytes(6).toString('hex')}`;
  await owner.execute(roleScript().replaceAll('ledge_worker', role));
  await migrateUp(owner);
  const login = new URL(url);
  [login.username, login.password] = [role, 'change-me'];
  const backend = await openPostgres({ url: login.href });
  return {
    backend,
    owner,
    url: login.href,
    async remove() {
      await backend.close();
      await owner.execute(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
      await owner.close();
      await server.stop();
    },
  };
}

function roleScript(): string {
  const page = readFileSync(path.resolve(import.meta.dirname, '../../docs/deployment.md'), 'utf8');
  return /^```sql\n(CREATE ROLE .*?)^```$/ms.exec(page)?.[1] as string;
}

/** A new database. */
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
