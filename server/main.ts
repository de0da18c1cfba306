// Ledge on a machine of one's own: `npm run build && npm start`.
import cluster from 'node:cluster';
import path from 'node:path';
import { SettingsError } from '../src/env';
import { logEvent } from '../src/log';
import { openPostgres } from '../tools/neon/postgres';
import { declaration, readEnvironment } from '../tools/postgres/environment';
import { migrateUp } from '../tools/postgres/migrations';
import { startCleaning } from './cleaning';
import { openEnvironment } from './environment';
import { batchLog, showPrettyLog } from './log-output';
import { serve } from './serve';
import { type AllSettings, readAllSettings } from './settings';
import { supervise } from './supervise';

/** From where the bundle is, `dist/server`. */
const PUBLIC = path.resolve(import.meta.dirname, '../../public');

async function start() {
  const [argument] = process.argv.slice(2);
  if (argument !== undefined)
    throw new Error(
      `unknown argument "${argument}". Settings are environment variables: PORT=8888 npm start`,
    );
  const settings = readAllSettings(process.env);
  const { WORKERS, LISTEN_FDS, MIGRATE_ON_START, LOG_FORMAT } = settings.server;
  if (LOG_FORMAT === 'pretty') showPrettyLog();
  else batchLog();
  if (cluster.isPrimary && MIGRATE_ON_START) await migrate(settings);
  if (cluster.isPrimary && WORKERS > 1) return supervise(WORKERS, LISTEN_FDS > 0);

  const environment = openEnvironment(settings, PUBLIC);
  const home = await serve(settings.server, environment);
  const cleaning = startCleaning(environment);
  logEvent('info', 'listening', { pid: process.pid, host: home.host, port: home.port });
  // A signal may come twice: from systemd or a terminal to all processes, and from the supervisor.
  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    cleaning.stop();
    await home.stop();
    logEvent('info', 'stopped');
    process.exit(0);
  };
  process.on('SIGTERM', stop).on('SIGINT', stop);
}

/**
 * The owner of the tables migrates, who may be another role than that of the app. What the database belongs to is stored in
 * it, so that the command line knows later that it may not be emptied.
 */
async function migrate({ server, parsed }: AllSettings) {
  const { ENVIRONMENT } = parsed;
  const url = server.MIGRATION_DATABASE_URL ?? parsed.DATABASE_URL;
  const backend = await openPostgres({ url, poolSize: 2 });
  try {
    const stored = await readEnvironment(backend);
    if (stored !== undefined && stored !== ENVIRONMENT)
      throw new Error(`the database is that of ${stored}, and ENVIRONMENT is ${ENVIRONMENT}.`);
    await migrateUp(backend);
    if (ENVIRONMENT !== 'development') await backend.execute(declaration(ENVIRONMENT));
  } finally {
    await backend.close();
  }
  logEvent('info', 'migrated');
}

start().catch((error: Error) => {
  console.error(error instanceof SettingsError ? error.message : `Ledge can't start: ${error.message}`);
  process.exit(1);
});
