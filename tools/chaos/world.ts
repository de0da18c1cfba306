// A real Postgres with Ledge's tables, and people in it.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { rememberAdmin, rememberEmail } from '../../test/support/leaks.ts';
import { openWorkerDatabase } from '../../test/support/scratch.ts';
import type { Backend } from '../neon/backend.ts';
import { type Cluster, startCluster } from '../postgres/cluster.ts';
import type { Account } from './knowledge.ts';

export const SETTINGS = {
  ENVIRONMENT: 'production',
  JWT_SECRET: 'a secret that signs nothing but this run',
  JWT_ISSUER: 'ledge',
  JWT_AUDIENCE: 'ledge',
  MAIL_FROM: 'ledge@example.com',
};

export interface World {
  /** The connection string of the role that Ledge has. */
  url: string;
  query(text: string, params?: (string | null)[]): Promise<Record<string, string | null>[]>;
  signUp(count: number): Promise<Account[]>;
  promote(account: Account): Promise<void>;
  /** Counters that differ from a count of the rows. */
  wrongCounters(): Promise<string[]>;
}

export interface RealWorld extends World {
  cluster: Cluster;
  stop(): Promise<void>;
}

/** Waits for its disk as little as the tests do, but a commit is with the operating system before it is acknowledged. */
export async function openRealWorld(): Promise<RealWorld> {
  const cluster = await startCluster({ settings: { synchronous_commit: 'on' } });
  const { owner, url, remove } = await openWorkerDatabase(cluster.url);
  return {
    ...worldOf(owner, url),
    cluster,
    async stop() {
      await remove();
      await cluster.stop();
    },
  };
}

const WRONG_COUNTERS = path.resolve(import.meta.dirname, '../../test/races/wrong-counters.sql');

export function worldOf(owner: Backend, url: string): World {
  const query: World['query'] = async (text, params = []) => {
    const { fields, rows } = await owner.query({ text, params });
    return rows.map((row) => Object.fromEntries(fields.map(({ name }, i) => [name, row[i] ?? null])));
  };
  return {
    url,
    query,
    async signUp(count) {
      const { insertPeople } = await import('../../test/support/insert-people.ts');
      const { issueAccessToken } = await import('../../src/security/token.ts');
      const people = await insertPeople(count, SETTINGS, async (text, params) => {
        const rows = await query(text, params.map(toText));
        return rows.map((row) => ({ ...row, id: Number(row.id) }));
      });
      return Promise.all(
        people.map(async (person) => {
          rememberEmail(person.email, person.id);
          const token = await issueAccessToken(SETTINGS, { user: person.id, session: person.session });
          return { ...person, token };
        }),
      );
    },
    async promote({ id }) {
      await query("UPDATE users SET role = 'admin' WHERE id = $1", [String(id)]);
      rememberAdmin(id);
    },
    async wrongCounters() {
      const rows = await query(readFileSync(WRONG_COUNTERS, 'utf8'));
      return rows.map((row) => Object.values(row).join(' '));
    },
  };
}

/** Postgres' text format; the arrays hold names, ids of sessions and digests, which need no quotes. */
const toText = (value: unknown) => (Array.isArray(value) ? `{${value.join()}}` : String(value));
