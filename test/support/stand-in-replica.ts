import { env } from 'cloudflare:workers';
import { neonPort } from '../../src/db/neon';
import type { Port } from '../../src/db/port';
import { AGE } from '../../src/db/replica';

export const REPLICA_URL = 'postgresql://reader:x@replica.example/ledge';

/** The database itself, which answers as a replica that is so old. */
export function openStandInPort(age_ms: () => number | null): Port {
  const { DATABASE_URL, DATABASE_ENDPOINT } = env as unknown as Record<
    'DATABASE_URL' | 'DATABASE_ENDPOINT',
    string
  >;
  const primary = neonPort({ DATABASE_URL, DATABASE_ENDPOINT });
  return {
    async row(text, params) {
      const [value] = await primary.row(text.replace(`${AGE}, `, ''), params);
      return [age_ms(), value];
    },
  };
}
