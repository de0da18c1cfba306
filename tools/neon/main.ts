import { parseArgs } from 'node:util';
import { openPglite } from './pglite.ts';
import { openPostgres } from './postgres.ts';
import { startNeon } from './server.ts';

const USAGE = `node tools/neon/main.ts [--port 4444] [--data-dir DIR | --memory | --url postgres://… [--always-reset]] [--control]
Serves Neon's POST /sql on 127.0.0.1, over PGlite (default: in .neon) or over a Postgres. --always-reset: connections are
kept as Neon's proxy keeps them: 20, each reset after every query and not only after one that leaves something behind.`;

/** The defaults of Neon's proxy. Both take the connection that was used last. */
const NEON_POOL = { alwaysReset: true, poolSize: 20 };

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '4444' },
    'data-dir': { type: 'string', default: '.neon' },
    memory: { type: 'boolean', default: false },
    url: { type: 'string' },
    'always-reset': { type: 'boolean', default: false },
    control: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

async function serve() {
  const backend = values.url
    ? await openPostgres({ url: values.url, ...(values['always-reset'] && NEON_POOL) })
    : await openPglite({ dataDir: values.memory ? undefined : values['data-dir'] });
  const neon = await startNeon({ backend, port: Number(values.port), control: values.control });
  console.log(`${neon.endpoint} (DATABASE_URL=${neon.databaseUrl})`);
  const stop = async () => {
    await neon.close();
    await backend.close();
  };
  process.once('SIGINT', stop).once('SIGTERM', stop);
}

if (values.help) console.log(USAGE);
else
  await serve().catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
