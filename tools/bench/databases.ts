// The databases of a run, and the local Neon before one.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { openPostgres } from '../neon/postgres.ts';
import { type Cluster, startCluster } from '../postgres/cluster.ts';
import { freePort } from '../postgres/free-port.ts';
import { loadWorld } from '../postgres/load-world.ts';
import { migrateUp } from '../postgres/migrations.ts';
import { type Server, startServer } from './server.ts';

export const startDatabases = (settings: Record<string, string> = {}) =>
  startCluster({
    settings: {
      shared_buffers: '1GB',
      max_wal_size: '8GB',
      // No replica is there, so that indexes are built without being logged.
      wal_level: 'minimal',
      max_wal_senders: '0',
      ...settings,
    },
  });

/** `:posts` in it is how many posts there are to be. */
export const script = (file: string, posts: number) =>
  readFileSync(path.join(import.meta.dirname, file), 'utf8').replaceAll(':posts', String(posts));

/** A database with Ledge's tables, `posts` posts and ten votes each, and what `more` adds; resolves to its URL. */
export async function createWorld(cluster: Cluster, posts: number, more = ''): Promise<string> {
  const url = await createDatabase(cluster, `ledge_${posts}`);
  const backend = await openPostgres({ url, poolSize: 1 });
  await migrateUp(backend);
  await loadWorld(backend, `${script('world.sql', posts)}\n${more}`, () => undefined);
  await backend.close();
  return url;
}

/** A local Neon in a process of its own. It resets a connection after every query, as Neon's proxy does. */
export async function startNeon(url: string): Promise<Server> {
  const port = await freePort();
  const main = path.resolve(import.meta.dirname, '../neon/main.ts');
  const flags = ['--port', String(port), '--url', url, '--always-reset'];
  return startServer(process.execPath, [main, ...flags], { port, env: {} });
}

/** Creates a database with the courses' tables and resolves to its URL; `indexed` adds what they lack. */
export type CreateCourseDatabase = (name: string, options: { indexed: boolean }) => Promise<string>;

/** Fills the courses' tables once: every database that is asked for is a copy. */
export function courseDatabases(cluster: Cluster, posts: number): CreateCourseDatabase {
  let filled: Promise<void> | undefined;
  const fill = async () => {
    const url = await createDatabase(cluster, 'courses');
    await execute(url, script('course.sql', posts));
  };
  return async (name, { indexed }) => {
    filled ??= fill();
    await filled;
    const url = await createDatabase(cluster, name, 'courses');
    if (indexed) await execute(url, 'CREATE INDEX ON votes (post_id)');
    await execute(url, 'VACUUM ANALYZE');
    return url;
  };
}

async function createDatabase(cluster: Cluster, name: string, template = 'template1'): Promise<string> {
  await execute(cluster.url, `CREATE DATABASE ${name} TEMPLATE ${template}`);
  const url = new URL(cluster.url);
  url.pathname = `/${name}`;
  return url.href;
}

async function execute(url: string, sql: string): Promise<void> {
  const backend = await openPostgres({ url, poolSize: 1 });
  await backend.execute(sql).finally(() => backend.close());
}
