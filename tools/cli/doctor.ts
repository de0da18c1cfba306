import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { SCHEMA } from '../../src/db/functions.ts';
import { AGE } from '../../src/db/replica.ts';
import { readSettings, SettingsError } from '../../src/env.ts';
import { type EnvironmentName, findEnvironmentFaults, readConfiguration } from '../check/environments.ts';
import { parseSettings, readSecrets } from '../dev/dev-vars.ts';
import { DatabaseError } from '../neon/backend.ts';
import { openPostgres } from '../neon/postgres.ts';
import { readFunctions, readReleases } from '../postgres/functions.ts';
import { planUp, readApplied, readMigrations } from '../postgres/migrations.ts';
import { explain, Failure, upCommand } from './failure.ts';
import type { Options } from './options.ts';
import { paint, plainLines, printJson } from './print.ts';
import { withTarget } from './target.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const NODE_MIN = [22, 18] as const;

/** A finding without `fix` is fine. */
interface Finding {
  subject: string;
  finding: string;
  fix?: string;
}

export function add(program: Command): void {
  program
    .command('doctor')
    .description('check settings, database, migrations and bindings, and say what to do')
    .action(async (_, command: Command) => {
      const findings = [
        checkNode(),
        await checkSettings(command),
        ...(await checkDatabase(command)),
        ...(await checkReplica()),
        await checkBindings(),
        checkAssets(),
      ];
      if (command.optsWithGlobals<Options>().json)
        printJson(findings.map((each) => ({ ok: each.fix === undefined, ...each })));
      else for (const each of findings) print(each);
      const wrong = findings.filter(({ fix }) => fix).map(({ subject }) => subject);
      if (wrong.length > 0) throw new Failure(`Not in order: ${wrong.join(', ')}.`, { isPrinted: true });
    });
}

function print({ subject, finding, fix }: Finding): void {
  const mark = fix ? paint('red', '✗') : paint('green', '✓');
  console.log(`${mark} ${subject.padEnd(10)} ${plainLines(finding)}`);
  if (fix) console.log(`  ${' '.repeat(10)} → ${paint('bold', fix)}`);
}

function checkNode(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const recent = major > NODE_MIN[0] || (major === NODE_MIN[0] && minor >= NODE_MIN[1]);
  const found = { subject: 'node', finding: process.version };
  return recent
    ? found
    : { ...found, fix: `Node ${NODE_MIN.join('.')} or newer is needed: npm ci installs one.` };
}

/** Placeholders for secrets that only Cloudflare has. */
const UNKNOWN_SECRETS = {
  DATABASE_URL: 'postgresql://unknown:unknown@unknown/unknown',
  JWT_SECRET: 'unknown'.repeat(5),
  RESEND_API_KEY: 'unknown',
};

async function checkSettings(command: Command): Promise<Finding> {
  const { env: name = 'development', databaseUrlEnv } = command.optsWithGlobals<Options>();
  const { vars } = await readConfiguration(name);
  const url = process.env[databaseUrlEnv];
  const values = {
    ...(name === 'development' ? { DATABASE_URL: UNKNOWN_SECRETS.DATABASE_URL } : UNKNOWN_SECRETS),
    ...vars,
    ...(name === 'development' ? parseSettings(readSecrets()) : {}),
    // For a folder of PGlite, the Worker gets the address of the local Neon instead.
    ...(url && !url.startsWith('file:') && { DATABASE_URL: url }),
    ...(process.env.DATABASE_READ_URL && { DATABASE_READ_URL: process.env.DATABASE_READ_URL }),
    ...(process.env.JWT_SECRET !== undefined && { JWT_SECRET: process.env.JWT_SECRET }),
  };
  try {
    readSettings(values as unknown as Env);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return { subject: 'settings', finding: error.message, fix: settingsFix(name) };
  }
  if (name !== 'development' && String(vars.MAIL_FROM).endsWith('@example.com'))
    return {
      subject: 'settings',
      finding: `MAIL_FROM of ${name} is an example address`,
      fix: `Set it in wrangler.toml under [env.${name}.vars]: docs/deployment.md says how mail is sent.`,
    };
  const finding =
    name === 'development'
      ? 'valid'
      : `valid, except for secrets, which only Cloudflare has: npx wrangler secret list --env ${name}`;
  return { subject: 'settings', finding };
}

const settingsFix = (name: EnvironmentName) =>
  name === 'development'
    ? 'Settings are in wrangler.toml, secrets in .dev.vars: npm run dev writes a JWT_SECRET if it is missing.'
    : `Settings are in wrangler.toml under [env.${name}.vars], secrets at Cloudflare: npx wrangler secret put NAME --env ${name}`;

async function checkDatabase(command: Command): Promise<Finding[]> {
  const { databaseUrlEnv } = command.optsWithGlobals<Options>();
  try {
    return await withTarget(command, 'read', async ({ backend, name, environment }) => {
      const { rows } = await backend.query({ text: 'SHOW server_version' });
      const finding = `${name} answers: PostgreSQL ${rows[0]?.[0]}, ${environment ?? 'of no declared environment'}`;
      const migrations = checkMigrations(await backend.session(readApplied), environment);
      const functions = checkFunctions(await backend.session(readReleases), environment);
      return [{ subject: 'database', finding }, migrations, functions];
    });
  } catch (error) {
    const finding = explain(error as Error, command.optsWithGlobals<Options>().env);
    return [{ subject: 'database', finding, fix: databaseFix(error as Error, databaseUrlEnv) }];
  }
}

/** The replica of DATABASE_READ_URL: nothing when there is none here, as Cloudflare tells no secret. */
async function checkReplica(): Promise<Finding[]> {
  const subject = 'replica';
  const url = process.env.DATABASE_READ_URL;
  if (!url) return [];
  try {
    const backend = await openPostgres({ url, poolSize: 1 });
    try {
      const text = `SELECT pg_is_in_recovery(), round(${AGE})`;
      const [isReplica, age_ms] = (await backend.query({ text })).rows[0] ?? [];
      if (isReplica !== 't') {
        const fix =
          'DATABASE_READ_URL must be the string of a replica. Until then all reads go to DATABASE_URL.';
        return [{ subject, finding: 'the server of DATABASE_READ_URL is no replica', fix }];
      }
      const finding = `it answers; its last replayed commit is ${age_ms === null ? 'none' : `${age_ms} ms old`}`;
      return [{ subject, finding }];
    } finally {
      await backend.close();
    }
  } catch (error) {
    const fix = 'Is the replica running, and are address, user and password in DATABASE_READ_URL right?';
    return [{ subject, finding: (error as Error).message, fix }];
  }
}

const INSUFFICIENT_PRIVILEGE = '42501';

function databaseFix(error: Error, variable: string): string {
  if (error instanceof Failure && error.fix) return error.fix;
  if (error.message.includes('in use by process'))
    return 'Only one command at a time can open it, unless npm run dev is running and shares it. Try again in a moment.';
  if (error instanceof DatabaseError && error.code === INSUFFICIENT_PRIVILEGE)
    return `The role of ${variable} may not read the journal of migrations: use the owner's connection string, not the Worker's.`;
  return `Is the server running, and are address, user and password in ${variable} right?`;
}

function checkMigrations(
  applied: Awaited<ReturnType<typeof readApplied>>,
  environment: EnvironmentName | undefined,
): Finding {
  const subject = 'migrations';
  const migrations = readMigrations();
  const missing = planUp(migrations)(applied);
  if (missing.length > 0)
    return {
      subject,
      finding: `${missing.length} missing: ${missing.map(({ tag }) => tag).join(', ')}`,
      fix: upCommand(environmentOption(environment)),
    };
  const known = new Map(migrations.map(({ when, hash }) => [when, hash]));
  if (applied.some(({ when }) => !known.has(when)))
    return {
      subject,
      finding: 'the database has migrations that this checkout does not have',
      fix: 'Update the checkout: see npm run ledge -- migrations history.',
    };
  if (applied.some(({ when, hash }) => known.get(when) !== hash))
    return {
      subject,
      finding: 'a migration was edited after it was applied',
      fix: 'See npm run ledge -- migrations history. Restore the file, or reset a local database.',
    };
  return { subject, finding: `all ${applied.length} applied` };
}

/** Development needs none; `…` stands for one that nobody has declared. */
const environmentOption = (environment: EnvironmentName | undefined) =>
  environment === 'development' ? undefined : (environment ?? '…');

/** The Worker calls the functions of its own release, in a schema that is named by their hash. */
function checkFunctions(
  releases: Awaited<ReturnType<typeof readReleases>>,
  environment: EnvironmentName | undefined,
): Finding {
  const subject = 'functions';
  const { schema } = readFunctions();
  const newest = releases.at(-1)?.schema;
  if (schema !== SCHEMA)
    return {
      subject,
      finding: `drizzle/functions is ${schema}, but the Worker calls ${SCHEMA}`,
      fix: 'npm run generate',
    };
  if (!releases.some((release) => release.schema === schema))
    return {
      subject,
      finding: `those of this checkout (${schema}) are missing; the database has ${newest ?? 'none'}`,
      fix: upCommand(environmentOption(environment)),
    };
  return {
    subject,
    finding: newest === schema ? `${schema} is applied` : `${schema} is applied; ${newest} is newer`,
  };
}

async function checkBindings(): Promise<Finding> {
  const subject = 'bindings';
  const faults = await findEnvironmentFaults();
  return faults.length === 0
    ? { subject, finding: 'the same in all environments' }
    : {
        subject,
        finding: faults.join(' '),
        fix: 'Add them in wrangler.toml: a named environment does not inherit them.',
      };
}

function checkAssets(): Finding {
  const subject = 'assets';
  const built = ['public/vendor/swagger-ui-dist', 'public/app/index.html'];
  if (built.every((name) => existsSync(path.join(ROOT, name))))
    return { subject, finding: 'the web client and the documentation pages are built' };
  const finding = 'the web client or the documentation pages are not built';
  return { subject, finding, fix: 'node tools/dev/assets.ts' };
}
