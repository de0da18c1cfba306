import { readFileSync } from 'node:fs';
import { BlockList, isIP } from 'node:net';
import { z } from 'zod';
import { readSettings, type Settings, SettingsError } from '../src/env';

/** What production has in `wrangler.toml`, for settings that the environment does not have. */
const DEFAULTS = {
  ENVIRONMENT: 'production',
  JWT_ISSUER: 'ledge',
  JWT_AUDIENCE: 'ledge',
  REQUESTS_PER_MINUTE: '600',
  WRITES_PER_MINUTE: '120',
  SIGN_INS_PER_MINUTE: '30',
};

/** Settings that may come from a file instead, as `JWT_SECRET_FILE=/run/secrets/jwt_secret`. */
const SECRETS = [
  'DATABASE_URL',
  'DATABASE_READ_URL',
  'MIGRATION_DATABASE_URL',
  'JWT_SECRET',
  'JWT_SECRET_PREVIOUS',
  'SMTP_URL',
  'RESEND_API_KEY',
];

const whole = (min: number, max: number, fallback: number) => {
  const error = `must be a whole number from ${min} to ${max}`;
  return z.coerce.number({ error }).int({ error }).min(min, { error }).max(max, { error }).default(fallback);
};

const Fields = z.object({
  PORT: whole(0, 65_535, 8787),
  HOST: z.string().default('127.0.0.1'),
  WORKERS: whole(1, 128, 1),
  /** Set by systemd, where server/ledge.socket holds the port. */
  LISTEN_FDS: whole(0, 1, 0),
  DATABASE_POOL_SIZE: whole(1, 1_000, 4),
  TRUSTED_PROXIES: z.string().default('').transform(parseProxies),
  SMTP_URL: z.url({ protocol: /^smtps?$/, error: 'must be smtp://… or smtps://…' }).optional(),
  MIGRATE_ON_START: z.stringbool({ error: 'must be true or false' }).default(false),
  MIGRATION_DATABASE_URL: z.string().optional(),
  LOG_FORMAT: z.enum(['json', 'pretty'], { error: 'must be json or pretty' }).default('json'),
});

/** The settings of the server itself. */
export type ServerSettings = z.infer<typeof Fields>;

/** The variables of a process. */
type Variables = Record<string, string | undefined>;

export interface AllSettings {
  server: ServerSettings;
  /** The variables of the app, under the names that the Worker has for them. */
  app: Record<string, string>;
  /** What the app makes of them. */
  parsed: Settings;
}

/**
 * Reads the settings from the variables of a process, and secrets from the files that `NAME_FILE` names. Throws a
 * `SettingsError` that names everything missing or wrong, and never shows a value.
 */
export function readAllSettings(variables: Variables): AllSettings {
  const given: Record<string, string> = {
    ...DEFAULTS,
    ...withoutEmpty(variables),
    ...readSecretFiles(variables),
  };
  const app: Record<string, string> = given.SMTP_URL === undefined ? given : { MAIL_VIA: 'smtp', ...given };
  const server = Fields.safeParse(given);
  const faults = (server.error?.issues ?? []).map(({ path, message }) => `${path.join('.')} ${message}`);
  if (app.MAIL_VIA === 'smtp' && given.SMTP_URL === undefined) faults.push('SMTP_URL is missing');
  if (app.MAIL_VIA === 'binding')
    faults.push('MAIL_VIA must be smtp or resend: only Cloudflare has a binding');
  let parsed: Settings | undefined;
  try {
    parsed = readSettings(app as unknown as Env);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    faults.push(...error.faults);
  }
  if (!server.data || !parsed || faults.length > 0) throw new SettingsError(faults);
  return { server: server.data, app, parsed };
}

/** A variable that is set to nothing counts as not set: Compose and systemd write such lines. */
const withoutEmpty = (variables: Variables): Record<string, string> =>
  Object.fromEntries(
    Object.entries(variables).filter((entry): entry is [string, string] => Boolean(entry[1])),
  );

function readSecretFiles(variables: Variables): Record<string, string> {
  const secrets: Record<string, string> = {};
  for (const name of SECRETS) {
    const file = variables[`${name}_FILE`];
    if (!file) continue;
    if (variables[name]) throw new SettingsError([`${name} and ${name}_FILE are both set`]);
    try {
      secrets[name] = readFileSync(file, 'utf8').trim();
    } catch {
      throw new SettingsError([`${name}_FILE names a file that can't be read`]);
    }
  }
  return secrets;
}

/** Addresses and networks (`10.0.0.0/8`), separated by commas or spaces. */
function parseProxies(text: string, context: z.RefinementCtx): BlockList {
  const proxies = new BlockList();
  for (const entry of text.split(/[\s,]+/).filter(Boolean)) {
    const [address = '', prefix] = entry.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    try {
      if (prefix === undefined) proxies.addAddress(address, family);
      else proxies.addSubnet(address, Number(prefix), family);
    } catch {
      context.addIssue({ code: 'custom', message: `names ${entry}, which is no address and no network` });
    }
  }
  return proxies;
}
