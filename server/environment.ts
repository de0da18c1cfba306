import { openHashing } from './hashing';
import { openPool, type PostgresPool } from './postgres';
import type { AllSettings } from './settings';
import { createRateLimit } from './shield';
import { createMailer } from './smtp';

export interface Environment {
  /** What the app finds where a Worker has its bindings. */
  env: Env;
  pool: PostgresPool;
}

/** Opens what the app needs: connections to the database, limits, and mail. */
export function openEnvironment({ server, app }: AllSettings): Environment {
  const pool = openPool({
    url: app.DATABASE_URL as string,
    pool_size: server.DATABASE_POOL_SIZE,
    timeout_ms: Number(app.DATABASE_TIMEOUT_MS ?? 8_000),
  });
  const env = {
    ...app,
    DATABASE: pool.port,
    HASHING: openHashing(server.WORKERS),
    REQUESTS: createRateLimit(Number(app.REQUESTS_PER_MINUTE)),
    WRITES: createRateLimit(Number(app.WRITES_PER_MINUTE)),
    SIGN_INS: createRateLimit(Number(app.SIGN_INS_PER_MINUTE)),
    ...(server.SMTP_URL && { MAIL: createMailer(server.SMTP_URL, Number(app.MAIL_TIMEOUT_MS ?? 10_000)) }),
  };
  return { env: env as unknown as Env, pool };
}
