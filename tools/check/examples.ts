// `npm run walk -- http://localhost:8787 --mailbox 'cat .data/dev.log'`: sends every example of the document that a server
// answers, as `/docs` would, to that server, which must be freshly seeded: `npm run ledge -- seed`. What comes back to a
// write is held against the example of the answer. It leaves traces: people and posts go.
import { isDeepStrictEqual, parseArgs } from 'node:util';
import type { ApiDocument, Operation } from '../generate/document.ts';
import { readCode } from './mailbox.ts';

const TIMEOUT_MS = 15_000;
const MAIL_SECONDS = 15;

/** Who is mailed a code that no document can hold, and how that mail is known. Without a mailbox it can't be read. */
const MAILED: Record<string, { to: keyof ApiDocument['paths']; says: string }> = {
  verifyEmail: { to: '/users', says: 'this address belongs to your account' },
  resetPassword: { to: '/auth/password/forgot', says: 'reset the password' },
};

/** These need what the others make; then come those that take away what the others need. */
const LAST = ['verifyEmail', 'logout', 'endSession', 'endSessions', 'deleteMe', 'changePassword'];
/** After mira has deleted her account, and because nobody else needs it any more. */
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

const { values: flags, positionals } = parseArgs({
  options: { mailbox: { type: 'string' } },
  allowPositionals: true,
});
const [address = 'http://localhost:8787'] = positionals;
const document = (await (await fetch(new URL('/openapi.json', address))).json()) as ApiDocument;

/** Reads first, then what writes, then what takes away. */
function inOrder(): Call[] {
  const calls = METHODS.flatMap((method) =>
    Object.entries(document.paths).flatMap(([route, item]) => {
      const operation = item[method];
      return operation ? [{ method, route, operation }] : [];
    }),
  );
  // A list comes before what it is a part of: the other way round, parts are taken away first.
  const takenAway = calls.filter(({ method }) => method === 'delete').reverse();
  const ordered = [...calls.filter(({ method }) => method !== 'delete'), ...takenAway];
  const last = ({ operation }: Call) => LAST.indexOf(operation.operationId);
  return ordered.sort((a, b) => last(a) - last(b));
}

/** Random, or counted by the database: no document can hold them. */
const UNFORESEEN = new Set(['access_token', 'refresh_token', 'refresh_expires_in']);
const isMoment = (name: string) => name.endsWith('_at');
/** Which thing it is. */
const IDENTITY = new Set(['id', 'post_id', 'username']);

/**
 * The fields of an answer that its request decides: all of what is new, or has no body to go by; of what is only changed
 * those that were sent, because other calls of this walk have changed the rest.
 */
function decidedBy({ method }: Call, status: number, sent: object | undefined, documented: object) {
  if (method === 'get') return [];
  const names = Object.keys(documented).filter((name) => !UNFORESEEN.has(name));
  if (status !== 200) return names.filter((name) => name !== 'id');
  return names.filter((name) => !sent || name in sent || isMoment(name) || IDENTITY.has(name));
}

/** What the document says of an answer and is not so. */
function liesAbout(
  call: Call,
  response: Response,
  answered: Record<string, unknown>,
  sent: object | undefined,
): string[] {
  const media = call.operation.responses[response.status]?.content?.['application/json'];
  const documented = (media?.example ?? {}) as Record<string, unknown>;
  // When it was, nobody knows; whether it was, is known.
  const comparable = (name: string, value: unknown) => (isMoment(name) ? value !== null : value);
  return decidedBy(call, response.status, sent, documented)
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
  throw new Error(`The ${role} of the examples can't sign in (${response.status}): is the server seeded?`);
}

const isForAdmins = ({ operationId, responses }: Operation) =>
  BY_ADMIN.includes(operationId) ||
  Object.keys(responses['403']?.content?.['application/problem+json']?.examples ?? {}).includes('admin_only');

function roleFor(operation: Operation): Role {
  if (operation.operationId === 'verifyEmail') return 'newcomer';
  return isForAdmins(operation) ? 'admin' : 'person';
}

/** What a page to try things out on would fill in: examples and defaults. */
function addressOf({ route, operation }: Call, session: string): URL {
  const url = new URL(address);
  url.pathname = route;
  for (const { name, in: place, schema, example } of operation.parameters ?? []) {
    const given = example ?? schema.example ?? schema.default;
    const value = String(operation.operationId === 'endSession' ? session : given);
    if (place === 'path') url.pathname = decodeURI(url.pathname).replace(`{${name}}`, value);
    else if (place === 'query' && given !== undefined) url.searchParams.set(name, value);
  }
  return url;
}

function encoded(kind: string, example: unknown): BodyInit {
  const fields = Object.entries(example as Record<string, string>);
  if (kind === 'application/json') return JSON.stringify(example);
  if (kind === 'application/x-www-form-urlencoded') return new URLSearchParams(fields);
  const form = new FormData();
  for (const [name, value] of fields) form.set(name, value);
  return form;
}

/** Random, and so not in the document: what the server has just handed out, or mailed. */
async function secretsOf({ operationId }: Operation, { refresh_token }: Tokens): Promise<object> {
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
  const secrets = await secretsOf(operation, tokens);
  return Object.entries(requestBody.content).flatMap(([kind, { example, examples }]) =>
    (examples ? Object.values(examples).map(({ value }) => value) : [example]).map((value) => ({
      kind,
      value: value as object,
      body: encoded(kind, { ...(value as object), ...secrets }),
    })),
  );
}

async function send(call: Call): Promise<boolean> {
  const { method, operation } = call;
  const tokens = await signIn(roleFor(operation));
  const [session = ''] = tokens.refresh_token.split('.');
  let fine = true;
  for (const sent of await bodiesOf(operation, tokens)) {
    const response = await fetch(addressOf(call, session), {
      method: method.toUpperCase(),
      headers: {
        ...(operation.security?.length && { Authorization: `Bearer ${tokens.access_token}` }),
        // A form that has parts says itself where they begin.
        ...(sent && sent.kind !== 'multipart/form-data' && { 'Content-Type': sent.kind }),
      },
      ...(sent && { body: sent.body }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const text = await response.text();
    const answered = text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {};
    const { code = '', detail = '' } = response.ok ? {} : (answered as Record<'code' | 'detail', string>);
    const expected = !flags.mailbox && operation.operationId in MAILED ? 'code_invalid' : undefined;
    const lies = response.ok ? liesAbout(call, response, answered, sent?.value) : [];
    const good = (expected ? code === expected : response.ok) && lies.length === 0;
    const name = `${method.toUpperCase()} ${call.route}`;
    const wrong = good ? '' : [detail, ...lies].filter(Boolean).join('; ');
    console.log(`${good ? '✓' : '✗'} ${response.status} ${name.padEnd(32)} ${code} ${wrong}`.trimEnd());
    fine &&= good;
  }
  return fine;
}

async function walk(): Promise<void> {
  const calls = inOrder();
  let failures = 0;
  for (const call of calls) if (!(await send(call))) failures += 1;
  console.log(`${calls.length - failures} of ${calls.length} operations do what their examples say.`);
  if (failures > 0) process.exitCode = 1;
}

await walk().catch((error: Error) => {
  console.error(`ledge: ${error.message}`);
  process.exitCode = 1;
});
