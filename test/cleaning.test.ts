import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import app from '../src/index';
import { api } from './support/api';
import { signUpMany } from './support/people';
import { sql } from './support/sql';

describe('the cron trigger', () => {
  it('deletes all expired rows in batches, and no others', async () => {
    const [active, expired] = await signUpMany(2);
    await sql`UPDATE sessions SET expires_at = now() - interval '1 second' WHERE id = ${expired?.session}`;
    await sql`INSERT INTO sessions (id, user_id, token_digest, expires_at)
      SELECT gen_random_uuid(), ${expired?.id}, '', now() - interval '1 day' FROM generate_series(1, 2500)`;
    const [user, other] = [active?.id, expired?.id];
    await sql`INSERT INTO codes (user_id, purpose, email, salt, digest, expires_at) VALUES
      (${user}, 'password', 'a', '', '', now() - interval '2 hours'), (${user}, 'email', 'a', '', '', now() - interval '2 hours'),
      (${other}, 'password', 'b', '', '', now() + interval '1 minute'), (${other}, 'email', 'b', '', '', now() - interval '25 hours')`;
    const [old, recent] = [crypto.randomUUID(), crypto.randomUUID()];
    await sql`INSERT INTO attempts (key, count, expires_at) VALUES
      (${old}, 1, now() - interval '1 second'), (${recent}, 1, now() + interval '1 hour')`;
    for (const [key, hours] of [
      [old, 25],
      [recent, 23],
    ] as const) {
      const headers = { 'Idempotency-Key': key };
      await api('POST /posts', { token: active?.token, json: { content: 'Once.' }, headers });
      await sql`UPDATE idempotency_keys SET created_at = now() - make_interval(hours => ${hours}) WHERE key = ${key}`;
    }

    await app.scheduled(null, env);

    const sessions = await sql`SELECT id FROM sessions WHERE user_id IN (${user}, ${other})`;
    expect(sessions.map(({ id }) => id)).toEqual([active?.session]);
    const codes =
      await sql`SELECT user_id::integer AS user_id, purpose FROM codes WHERE user_id IN (${user}, ${other}) ORDER BY user_id`;
    expect(codes).toEqual([
      { user_id: user, purpose: 'email' },
      { user_id: other, purpose: 'password' },
    ]);
    expect(await sql`SELECT key FROM attempts WHERE key IN (${old}, ${recent})`).toEqual([{ key: recent }]);
    expect(await sql`SELECT key FROM idempotency_keys WHERE key IN (${old}, ${recent})`).toEqual([
      { key: recent },
    ]);
  });
});
