// `npm run smoke -- https://ledge.example.com`: checks a deployed Ledge. It deletes what it creates. Exits with 1 when
// Ledge does not work, and with 2 when that could not be checked: only the former is a reason to roll back.
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { readCode } from './mailbox.ts';
import { type Anything, parse, reach } from './reach.ts';
import { isSmokeEmail } from './settings.ts';
import { Unchecked } from './unchecked.ts';

/** The time to wait for a mail. */
const MAIL_SECONDS = Number(process.env.SMOKE_MAIL_SECONDS || 60);
/** `{}` is replaced by a random word. Mail to it must not bounce: use a domain of your own. */
const EMAIL = process.env.SMOKE_EMAIL || 'smoke+{}@example.com';

/** The statuses for a caller without a token: 401 when PUBLIC_READS is false. */
const HIDDEN = [404, 401];

const USAGE = `npm run smoke -- <address> [--mailbox <command>], for example:
  npm run smoke -- https://ledge.example.com
  npm run smoke -- http://localhost:8787 --mailbox 'cat .data/dev.log'
The command prints the mails to $MAILBOX_TO, or all mails, as text, HTML or JSON. Without it the mailed code can't be
read, and recovery is only tested up to the mail.
Exit status: 0 when all of it works, 1 when Ledge is broken, 2 when it could not be checked.`;

function refuse(message: string): never {
  console.error(message);
  process.exit(2);
}

function readArguments() {
  try {
    const { values, positionals } = parseArgs({
      options: { mailbox: { type: 'string' } },
      allowPositionals: true,
    });
    const [address = '', ...rest] = positionals;
    if (/^https?:/.test(address) && URL.canParse(address) && rest.length === 0)
      return { address, mailbox: values.mailbox || process.env.SMOKE_MAILBOX };
  } catch {
    // An unknown option.
  }
  return refuse(USAGE);
}

const { address, mailbox } = readArguments();
if (!isSmokeEmail(EMAIL)) refuse(`SMOKE_EMAIL must be an email address with {} before its @, not ${EMAIL}`);
if (!(MAIL_SECONDS > 0)) refuse('SMOKE_MAIL_SECONDS must be a number of seconds');

interface Call {
  token?: string | undefined;
  json?: unknown;
  form?: Record<string, string>;
}

/** Makes one call; throws unless it has an expected status. Resolves to its body. */
async function call(
  operation: string,
  expected: number | number[],
  { token, json, form }: Call = {},
): Promise<Anything> {
  const { status, text } = await reach(address, operation, {
    headers: {
      ...(token && { Authorization: `Bearer ${token}` }),
      ...(json !== undefined && { 'Content-Type': 'application/json' }),
    },
    ...(json !== undefined && { body: JSON.stringify(json) }),
    ...(form && { body: new URLSearchParams(form) }),
  });
  if (![expected].flat().includes(status)) {
    const { code, request_id } = parse(text) ?? {};
    const wanted = [expected].flat().join(' or ');
    const about = [code, request_id && `request ${request_id}`].filter(Boolean).join(', ');
    throw new Error(`${operation} answered ${status} instead of ${wanted}${about && ` (${about})`}`);
  }
  return parse(text);
}

function check(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}

const word = `smoke_${randomBytes(6).toString('hex')}`;
const randomPassword = () => randomBytes(18).toString('base64url');
const person = { email: EMAIL.replace('{}', word), username: word, password: randomPassword() };
let token: string | undefined;
let current = '';

async function step(name: string, work: () => Promise<void>): Promise<void> {
  current = name;
  const start = performance.now();
  await work();
  console.log(`✓ ${name} (${Math.round(performance.now() - start)} ms)`);
}

async function runSteps(): Promise<void> {
  await step('ready', async () => {
    await call('GET /readyz', 200);
    const { paths } = await call('GET /openapi.json', 200);
    check(paths?.['/posts'] !== undefined, 'the document lacks /posts');
  });
  await step('register', async () => {
    const me = await call('POST /users', 201, { json: person });
    check(
      me?.username === word && me.password === undefined,
      'the new account is not the one that was asked for',
    );
  });
  await step('sign in', async () => {
    const form = { username: person.email, password: person.password };
    token = (await call('POST /auth/login', 200, { form }))?.access_token;
    check(
      (await call('GET /users/me', 200, { token }))?.email === person.email,
      'the token is of another account',
    );
    await call('POST /auth/login', 401, { form: { ...form, password: 'wrong' } });
  });
  let post = 0;
  await step('post', async () => {
    post = (await call('POST /posts', 201, { token, json: { content: word, published: false } }))?.id;
    await call(`GET /posts/${post}`, HIDDEN);
    await call(`PATCH /posts/${post}`, 200, { token, json: { published: true } });
    check((await call(`GET /posts/${post}`, 200, { token }))?.content === word, 'the post is another one');
    const list = await call(`GET /posts?author=${word}`, 200, { token });
    check(list?.data?.[0]?.id === post, 'the list lacks the post');
  });
  await step('vote', async () => {
    const json = { post_id: post, dir: 1 };
    check((await call('POST /votes', 201, { token, json }))?.votes === 1, 'the vote was not counted');
    await call('POST /votes', 409, { token, json });
    check((await call(`GET /posts/${post}`, 200, { token }))?.votes === 1, 'the post does not show the vote');
  });
  await step(mailbox ? 'recover' : 'recover, up to the mail', async () => {
    await call('POST /auth/password/forgot', 202, { json: { email: person.email } });
    const reset = { email: person.email, new_password: randomPassword() };
    await checkRefusal('AAAAAAAA', reset);
    if (!mailbox) return;
    const mail = { email: person.email, username: word, says: 'reset the password' };
    await recover(await readCode(mailbox, mail, MAIL_SECONDS), reset);
  });
}

interface Reset {
  email: string;
  new_password: string;
}

async function checkRefusal(code: string, reset: Reset): Promise<void> {
  const refusal = await call('POST /auth/password/reset', 400, { json: { ...reset, code } });
  check(refusal?.code === 'code_invalid', `a wrong code is answered with ${refusal?.code}`);
}

async function recover(code: string, reset: Reset): Promise<void> {
  const earlier = { token, password: person.password };
  const signIn = (password: string, status: number) =>
    call('POST /auth/login', status, { form: { username: person.email, password } });
  await call('POST /auth/password/reset', 204, { json: { ...reset, code } });
  token = (await signIn(reset.new_password, 200))?.access_token;
  person.password = reset.new_password;
  await signIn(earlier.password, 401);
  const refusal = await call('GET /users/me', 401, { token: earlier.token });
  check(refusal?.code === 'token_revoked', `the session before is refused with ${refusal?.code}`);
  await checkRefusal(code, reset);
}

/** Deletes the account and everything of it, also after a failed step. */
async function cleanUp(): Promise<void> {
  if (!token) return;
  await step('clean up', async () => {
    await call('DELETE /users/me', 204, { token, json: { current_password: person.password } });
    await call('GET /users/me', 401, { token });
    await call(`GET /users/${word}`, HIDDEN);
  });
}

function fail(error: unknown): void {
  const cause = (error as { cause?: Error }).cause?.message;
  console.error(`✗ ${current}: ${(error as Error).message}${cause ? `: ${cause}` : ''}`);
  // The first failure counts: cleaning up fails after some others, too.
  process.exitCode ??= error instanceof Unchecked ? 2 : 1;
}

await runSteps().catch(fail);
await cleanUp().catch(fail);
const VERDICTS = [
  mailbox ? 'works.' : 'works. The mailed code was not read, which needs --mailbox.',
  'is broken.',
  'could not be checked.',
];
console.log(`${address} ${VERDICTS[Number(process.exitCode ?? 0)]}`);
