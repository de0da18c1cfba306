// `npm run examples -- http://localhost:8787 --mailbox 'cat .data/dev.log'`: sends every example of the server's document to
// the server, as `/docs` does, and compares the answers of writes with their examples. The server must be freshly seeded
// (`npm run ledge -- seed`), and its data is changed.
import { isDeepStrictEqual, parseArgs } from 'node:util';
import type { ApiDocument, Operation } from '../generate/document.ts';
import { readCode } from './mailbox.ts';

const TIMEOUT_MS = 15_000;
const MAIL_SECONDS = 15;

/** Operations that need a mailed code: the example whose account gets the mail, and words of that mail. */
const MAILED: Record<string, { to: keyof ApiDocument['paths']; says: string }> = {
  verifyEmail: { to: '/users', says: 'this address belongs to your account' },
  resetPassword: { to: '/auth/password/forgot', says: 'reset the password' },
};

/** Operations to call last: they need what others create, or delete what others need. */
const LAST = ['verifyEmail', 'logout', 'endSession', 'endSessions', 'deleteMe', 'changePassword'];
/** Called by the admin, because the person has deleted her account by then. */
const BY_ADMIN = ['changePassword'];

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

interface Call {
  method: (typeof METHODS)[number];
  route: string;
  operation: Operation;
}

interface Tokens {
  access_token: string;
  refresh_token: string;
}

function readArguments() {
  try {
    const { values, positionals } = parseArgs({
      options: { mailbox: { type: 'string' } },
      allowPositionals: true,
    });
    const [address = 'http://localhost:8787'] = positionals;
    if (URL.canParse(address) && positionals.length <= 1) return { flags: values, address };
  } catch {
    // An unknown option.
  }
  console.error('npm run examples -- [address] [--mailbox <command that prints mails>]');
  process.exit(2);
}

const { flags, address } = readArguments();

async function readDocument(): Promise<ApiDocument> {
  const response = await fetch(new URL('/openapi.json', address));
  return (await response.json()) as ApiDocument;
}

const document = await readDocument().catch(() => {
  console.error(`ledge: No Ledge answers at ${address}. Start one with "npm run dev", or name its address.`);
  process.exit(1);
});

/** All calls: first reads, then writes, then deletions. */
function orderCalls(): Call[] {
  const calls = METHODS.flatMap((method) =>
    Object.entries(document.paths).flatMap(([route, item]) => {
      const operation = item[method];
      return operation ? [{ method, route, operation }] : [];
    }),
  );
  // Reversed, so that a part is deleted before the whole that it belongs to.
  const deletions = calls.filter(({ method }) => method === 'delete').reverse();
  const ordered = [...calls.filter(({ method }) => method !== 'delete'), ...deletions];
  const last = ({ operation }: Call) => LAST.indexOf(operation.operationId);
  return ordered.sort((a, b) => last(a) - last(b));
}

/** Fields whose values can't be in a document. */
const UNPREDICTABLE = new Set(['access_token', 'refresh_token', 'refresh_expires_in']);
const isTimestamp = (name: string) => name.endsWith('_at');
/** Fields that identify what was changed. */
const IDENTIFIERS = new Set(['id', 'post_id', 'username']);

/**
 * The fields of an answer that must equal the example: all of them for a new object or a request without a body, otherwise
 * those that were sent, because earlier calls have changed the rest.
 */
function comparedFields({ method }: Call, status: number, sent: object | undefined, documented: object) {
  if (method === 'get') return [];
  const names = Object.keys(documented).filter((name) => !UNPREDICTABLE.has(name));
  if (status !== 200) return names.filter((name) => name !== 'id');
  return names.filter((name) => !sent || name in sent || isTimestamp(name) || IDENTIFIERS.has(name));
}

/** The fields in which an answer differs from its example, as sentences. */
function findMismatches(
  call: Call,
  response: Response,
  answered: Record<string, unknown>,
  sent: object | undefined,
): string[] {
  const media = call.operation.responses[response.status]?.content?.['application/json'];
  const documented = (media?.example ?? {}) as Record<string, unknown>;
  // The time itself is not predictable, but whether it is null is.
  const comparable = (name: string, value: unknown) => (isTimestamp(name) ? value !== null : value);
  return comparedFields(call, response.status, sent, documented)
    .filter(
      (name) => !isDeepStrictEqual(comparable(name, answered[name]), comparable(name, documented[name])),
    )
    .map((name) => `${name} is ${JSON.stringify(answered[name])}, not ${JSON.stringify(documented[name])}`);
}

type Role = 'person' | 'admin' | 'newcomer';

const exampleOf = (route: string) =>
  document.paths[route]?.post?.requestBody?.content['application/json']?.example as Record<string, string>;

async function signIn(role: Role): Promise<Tokens> {
  const forms = document.paths['/auth/login']?.post?.requestBody?.content['application/json']?.examples;
  const response = await fetch(new URL('/auth/login', address), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(role === 'newcomer' ? exampleOf('/users') : forms?.[role]?.value),
  });
  if (response.ok) return (await response.json()) as Tokens;
  throw new Error(
    `The ${role} of the examples can't sign in (${response.status}): the server must be freshly seeded.`,
  );
}

const isForAdmins = ({ operationId, responses }: Operation) =>
  BY_ADMIN.includes(operationId) ||
  Object.keys(responses['403']?.content?.['application/problem+json']?.examples ?? {}).includes('admin_only');

function roleFor(operation: Operation): Role {
  if (operation.operationId === 'verifyEmail') return 'newcomer';
  return isForAdmins(operation) ? 'admin' : 'person';
}

/** The URL with the parameters that `/docs` would fill in: examples and defaults. */
function addressOf({ route, operation }: Call, session: string): URL {
  const url = new URL(address);
  url.pathname = route;
  for (const { name, in: place, schema, example } of operation.parameters ?? []) {
    const filled = example ?? schema.example ?? schema.default;
    const value = String(operation.operationId === 'endSession' ? session : filled);
    if (place === 'path') url.pathname = decodeURI(url.pathname).replace(`{${name}}`, value);
    else if (place === 'query' && filled !== undefined) url.searchParams.set(name, value);
  }
  return url;
}

function encodeBody(kind: string, example: unknown): BodyInit {
  const fields = Object.entries(example as Record<string, string>);
  if (kind === 'application/json') return JSON.stringify(example);
  if (kind === 'application/x-www-form-urlencoded') return new URLSearchParams(fields);
  const form = new FormData();
  for (const [name, value] of fields) form.set(name, value);
  return form;
}

/** Secrets of the body that can't be in the document: a refresh token or a mailed code. */
async function secretsFor({ operationId }: Operation, { refresh_token }: Tokens): Promise<object> {
  if (operationId === 'refresh') return { refresh_token };
  const mailed = MAILED[operationId];
  if (!mailed || !flags.mailbox) return {};
  const { email = '', username = email.split('@')[0] ?? '' } = exampleOf(mailed.to);
  return { code: await readCode(flags.mailbox, { email, username, says: mailed.says }, MAIL_SECONDS) };
}

/** One request for each example of each kind of body. */
async function bodiesOf(operation: Operation, tokens: Tokens) {
  const { requestBody } = operation;
  if (!requestBody) return [undefined];
  const secrets = await secretsFor(operation, tokens);
  return Object.entries(requestBody.content).flatMap(([kind, { example, examples }]) =>
    (examples ? Object.values(examples).map(({ value }) => value) : [example]).map((value) => ({
      kind,
      value: value as object,
      body: encodeBody(kind, { ...(value as object), ...secrets }),
    })),
  );
}

async function send(call: Call): Promise<boolean> {
  const { method, operation } = call;
  const tokens = await signIn(roleFor(operation));
  const [session = ''] = tokens.refresh_token.split('.');
  let passed = true;
  for (const sent of await bodiesOf(operation, tokens)) {
    const response = await fetch(addressOf(call, session), {
      method: method.toUpperCase(),
      headers: {
        ...(operation.security?.length && { Authorization: `Bearer ${tokens.access_token}` }),
        // fetch writes the type of a multipart form, with its boundary.
        ...(sent && sent.kind !== 'multipart/form-data' && { 'Content-Type': sent.kind }),
      },
      ...(sent && { body: sent.body }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const text = await response.text();
    const answered = text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {};
    const { code = '', detail = '' } = response.ok ? {} : (answered as Record<'code' | 'detail', string>);
    const expected = !flags.mailbox && operation.operationId in MAILED ? 'code_invalid' : undefined;
    const mismatches = response.ok ? findMismatches(call, response, answered, sent?.value) : [];
    const good = (expected ? code === expected : response.ok) && mismatches.length === 0;
    const name = `${method.toUpperCase()} ${call.route}`;
    const wrong = good ? '' : [detail, ...mismatches].filter(Boolean).join('; ');
    console.log(`${good ? '✓' : '✗'} ${response.status} ${name.padEnd(32)} ${code} ${wrong}`.trimEnd());
    passed &&= good;
  }
  return passed;
}

async function sendAll(): Promise<void> {
  const calls = orderCalls();
  let failures = 0;
  for (const call of calls) if (!(await send(call))) failures += 1;
  console.log(`${calls.length - failures} of ${calls.length} operations do what their examples say.`);
  if (failures > 0) process.exitCode = 1;
}

await sendAll().catch((error: Error) => {
  console.error(`ledge: ${error.message}`);
  process.exitCode = 1;
});
