import { z } from 'zod';

const SECRET_BYTES_MIN = 32;

const secret = z.string().refine((value) => new TextEncoder().encode(value).length >= SECRET_BYTES_MIN, {
  error: `must be at least ${SECRET_BYTES_MIN} bytes`,
});
const seconds = (fallback: number) => z.coerce.number().int().min(0).default(fallback);
const amount = (fallback: number) => z.coerce.number().int().min(1).default(fallback);

/** An origin as browsers send it in `Origin` (RFC 6454 §6.2): lower case, Punycode, no default port. Null for all else. */
function originOf(text: string): string | null {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return null;
  const { origin, href, hostname } = new URL(text);
  return href === `${origin}/` && !hostname.includes('*') ? origin : null;
}

const origins = z
  .string()
  .default('')
  .transform((value, ctx) => {
    const found = value
      .split(/[\s,]+/)
      .filter(Boolean)
      .map(originOf);
    const wrong = found.flatMap((origin, i) => (origin === null ? [i + 1] : []));
    if (wrong.length > 0)
      ctx.addIssue({
        code: 'custom',
        message: `must hold origins such as https://app.example.com, without a path or a wildcard (see number ${wrong.join(', ')})`,
      });
    return found.filter((origin) => origin !== null);
  });

const connectionString = z
  .string()
  .regex(/^postgres(ql)?:\/\/[^@]+@[^/]+\/.+/, { error: 'must be a Postgres connection string' });

const Fields = z.object({
  ENVIRONMENT: z.enum(['development', 'staging', 'production']),
  DATABASE_URL: connectionString,
  // A replica for reads, and how old what it shows may be.
  DATABASE_READ_URL: connectionString.optional(),
  DATABASE_READ_LAG_SECONDS: z.coerce.number().int().min(2).max(60).default(5),
  DATABASE_ENDPOINT: z.url().optional(),
  DATABASE_TIMEOUT_MS: z.coerce.number().int().min(1).default(8_000),
  JWT_SECRET: secret,
  JWT_SECRET_PREVIOUS: secret.optional(),
  JWT_ISSUER: z.string().min(1),
  JWT_AUDIENCE: z.string().min(1),
  PUBLIC_READS: z.stringbool().default(true),
  PUBLIC_CACHE_SECONDS: seconds(0),
  CORS_ORIGINS: origins,

  // Defaults to the terminal in development and to Cloudflare's binding elsewhere.
  MAIL_VIA: z.enum(['binding', 'smtp', 'resend', 'terminal', 'capture']).optional(),
  MAIL_FROM: z.email().optional(),
  MAIL_TIMEOUT_MS: amount(10_000),
  RESEND_API_KEY: z.string().min(1).optional(),
  RESEND_ENDPOINT: z.url().default('https://api.resend.com/emails'),
  MAILS_PER_ADDRESS: amount(5),
  MAILS_WINDOW_SECONDS: amount(30 * 60),

  CODE_LIFETIME_SECONDS: amount(10 * 60),
  CODE_TRIES: amount(5),

  // Wrong passwords without a wait. Each further one doubles the wait, from one second up to the maximum.
  LOGIN_TRIES: amount(10),
  LOGIN_DELAY_MAX_SECONDS: amount(15 * 60),
  LOGIN_ACCOUNT_TRIES: amount(100),
  LOGIN_ACCOUNT_DELAY_MAX_SECONDS: amount(60),
  LOGIN_ADDRESS_TRIES: amount(100),
  LOGIN_ADDRESS_DELAY_MAX_SECONDS: amount(60),
  LOGIN_FORGET_SECONDS: amount(24 * 60 * 60),

  USERNAME_REST_DAYS: z.coerce.number().int().min(0).max(36_500).default(30),

  // The limits of the rate-limit bindings in wrangler.toml, for `RateLimit-Policy`: a binding doesn't tell its limit.
  REQUESTS_PER_MINUTE: amount(100_000),
  WRITES_PER_MINUTE: amount(100_000),
  SIGN_INS_PER_MINUTE: amount(10_000),

  // The log also has paths and the messages of errors, for the developer who reads it in a terminal.
  LOG_DETAILS: z.stringbool().default(false),
});

const Settings = Fields.superRefine((settings, ctx) => {
  const missing = (name: keyof z.infer<typeof Fields>) =>
    ctx.addIssue({ code: 'custom', path: [name], message: 'is needed to send mail' });
  if (settings.ENVIRONMENT !== 'development' && !settings.MAIL_FROM) missing('MAIL_FROM');
  if (settings.MAIL_VIA === 'resend' && !settings.RESEND_API_KEY) missing('RESEND_API_KEY');
  if (settings.LOG_DETAILS && settings.ENVIRONMENT !== 'development') {
    ctx.addIssue({
      code: 'custom',
      path: ['LOG_DETAILS'],
      message: 'logs what people type: development only',
    });
  }
  const shows = settings.MAIL_VIA === 'terminal' || settings.MAIL_VIA === 'capture';
  if (shows && settings.ENVIRONMENT !== 'development') {
    ctx.addIssue({ code: 'custom', path: ['MAIL_VIA'], message: 'shows codes: development only' });
  }
}).transform((settings) => ({
  ...settings,
  MAIL_VIA: settings.MAIL_VIA ?? (settings.ENVIRONMENT === 'development' ? 'terminal' : 'binding'),
  MAIL_FROM: settings.MAIL_FROM ?? 'ledge@localhost.localdomain',
}));

/** The parsed settings. The README lists each with its default. */
export type Settings = z.infer<typeof Settings>;

/** A setting is missing or wrong. The message names it and never contains its value. */
export class SettingsError extends Error {
  readonly faults: string[];

  constructor(faults: string[]) {
    super(`The settings can't be used: ${faults.join('; ')}.`);
    this.faults = faults;
  }
}

const parsed = new WeakMap<Env, Settings>();

/** Parses the settings; throws a `SettingsError` that names everything missing or wrong. */
export function readSettings(env: Env): Settings {
  const known = parsed.get(env);
  if (known) return known;
  const attempt = Settings.safeParse(env);
  if (!attempt.success) {
    const faults = attempt.error.issues.map(({ path, message }) => {
      const name = path.join('.');
      return name in env ? `${name} ${message}` : `${name} is missing`;
    });
    throw new SettingsError(faults);
  }
  parsed.set(env, attempt.data);
  return attempt.data;
}
