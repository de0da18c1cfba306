// Runs in Node once before all test files: starts a database, a local Neon and a fake of Resend.
import { randomBytes } from 'node:crypto';
import type { TestProject } from 'vitest/node';
import { openPglite } from '../../tools/neon/pglite.ts';
import { startNeon } from '../../tools/neon/server.ts';
import { migrateUp } from '../../tools/postgres/migrations.ts';
import { startResend } from './resend.ts';
import { openWorkerDatabase, type WorkerDatabase } from './scratch.ts';

declare module 'vitest' {
  interface ProvidedContext {
    neon: string;
    resend: string;
    backend: 'pglite' | 'postgres';
    bindings: Record<string, string>;
    /** Of the random journeys: CONTRIBUTING.md. */
    journeys: { seed: number; steps: number | undefined };
    /** Where a server that is not Cloudflare's reaches the database; empty on PGlite. */
    database: string;
  }
}

export default async function setup(project: TestProject) {
  // The server for Node speaks Postgres's own protocol, which PGlite does not.
  const isReal = process.env.TEST_BACKEND === 'postgres' || project.name === 'server';
  const { backend, owner, url, remove } = isReal ? await openWorkerDatabase() : await openPgliteDatabase();
  const neon = await startNeon({ backend, backends: { owner }, control: true });
  const resend = await startResend();
  project.provide('neon', neon.url);
  project.provide('resend', resend.url);
  const { SEED, STEPS } = process.env;
  project.provide('journeys', { seed: Number(SEED ?? 20_261_125), steps: STEPS ? Number(STEPS) : undefined });
  project.provide('backend', isReal ? 'postgres' : 'pglite');
  project.provide('database', url);
  project.provide('bindings', {
    ENVIRONMENT: 'development',
    DATABASE_URL: neon.databaseUrl,
    DATABASE_ENDPOINT: neon.endpoint,
    JWT_SECRET: randomBytes(32).toString('base64url'),
    // On a slow machine, twenty hashes at once delay the answers of the database beyond production's timeout.
    DATABASE_TIMEOUT_MS: '30000',
    CORS_ORIGINS: 'https://app.example.com',
    MAIL_VIA: 'capture',
  });
  return async () => {
    await resend.close();
    await neon.close();
    await remove();
  };
}

/** One backend for the Worker and one for the tests; on PGlite, which has one session, they are the same. */
async function openPgliteDatabase(): Promise<WorkerDatabase> {
  const backend = await openPglite({ optimize: true });
  await migrateUp(backend);
  return { backend, owner: backend, url: '', remove: () => backend.close() };
}
