import { type Assets, openAssets } from './assets';
import { openHashing } from './hashing';
import { openPool, type PostgresPool } from './postgres';
import type { AllSettings } from './settings';
import { createRateLimit } from './shield';
import { createMailer } from './smtp';

export interface Environment {
  /** What the app finds where a Worker has its bindings. */
  env: Env;
  assets: Assets;
  pool: PostgresPool;
  /** Undefined without DATABASE_READ_URL. */
  replica: PostgresPool | undefined;
}

/** Opens what the app needs: connections to the database, limits, mail, and the files of a folder. */
export function openEnvironment({ server, app, parsed }: AllSettings, folder: string): Environment {
  const assets = openAssets(folder);
  const { DATABASE_URL, DATABASE_READ_URL, DATABASE_TIMEOUT_MS } = parsed;
  const open = (url: string) =>
    openPool({ url, pool_size: server.DATABASE_POOL_SIZE, timeout_ms: DATABASE_TIMEOUT_MS });
  const pool = open(DATABASE_URL);
  const replica = DATABASE_READ_URL === undefined ? undefined : open(DATABASE_READ_URL);
  const env = {
    ...app,
    ASSETS: assets,
    DATABASE: pool.port,
    ...(replica && { DATABASE_READ: replica.port }),
    HASHING: openHashing(server.WORKERS),
    REQUESTS: createRateLimit(parsed.REQUESTS_PER_MINUTE),
    WRITES: createRateLimit(parsed.WRITES_PER_MINUTE),
    SIGN_INS: createRateLimit(parsed.SIGN_INS_PER_MINUTE),
    ...(server.SMTP_URL && { MAIL: createMailer(server.SMTP_URL, parsed.MAIL_TIMEOUT_MS) }),
  };
  return { env: env as unknown as Env, assets, pool, replica };
}
