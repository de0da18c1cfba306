import type { OpenAPIHono } from '@hono/zod-openapi';
import packageJson from '../../package.json';
import type { AppEnv } from '../http/context';
import { PROBLEMS, type ProblemCode } from '../problems';
import { ProblemBody } from '../schemas/problem';
import { type Components, type Exemplified, problemExamples, writeExamples } from './examples';

interface Operation extends Exemplified {
  tags: string[];
  security?: Record<string, string[]>[];
  'x-problems'?: ProblemCode[];
}

/** Of parameters, in the order of a request. */
const PLACES = ['path', 'query', 'header'];
const METHODS = ['get', 'put', 'post', 'delete', 'patch'] as const;

/** No page of these changes before the next deployment, which starts with an empty cache. */
export const DOCUMENT_SECONDS = 300;

export const version = packageJson.version;

/** What a client developer has to know before the first call; the rest stands at the operations. */
const ORIENTATION = `A microblog API: people register, write posts, reply, vote, follow each other and read a timeline.

**Signing in.** \`POST /users\` registers, \`POST /auth/login\` answers an access token for 30 minutes, sent as \`Authorization: Bearer …\`, and a refresh token for \`POST /auth/refresh\`. Reading is open to everybody unless this service says otherwise; a call with a lock needs a token, one with an optional lock also tells what you yourself voted for and whom you follow.

**Lists** answer \`data\` and \`page\`: \`limit\` rows, from \`cursor\` on, which is \`page.next_cursor\` or \`page.prev_cursor\` of the answer before; the same links stand in the \`Link\` header with every filter kept. Nothing comes twice and nothing is missed while others write. \`skip\` goes to a place instead, \`total=true\` answers the size of the whole list.

**Errors** are \`application/problem+json\` (RFC 9457). Branch on \`code\`, which never changes; show \`detail\` to people; a 422 \`invalid_input\` says in \`errors\` what is wrong where. What is checked first answers first: size and limits, the token (401), the input (400, 413, 415, 422), existence (404), ownership (403), state (409, 412).

**What nobody knows** is passed over: a query parameter, or a key in a body, that an operation does not name.

**Writing once.** A post sent again with the same \`Idempotency-Key\` within 24 hours is not written again. \`If-Match\` with the \`ETag\` that you read keeps you from overwriting what somebody wrote since (412); \`If-None-Match\` spares you what you have (304).

**Limits.** Bodies up to 64 KiB. A 429 says in \`Retry-After\` how long to wait, and in \`RateLimit-Policy\` and \`RateLimit\` which limit was met.

**Trying it out.** The examples are true for the small world that \`npm run ledge -- seed\` makes in development: sign in as \`mira\`, or as \`leila_b\`, who is an admin, with the password \`correct horse battery staple\`.`;

let kept: object | undefined;

/** The OpenAPI 3.1 document of the whole API, made from the routes at the first request for it. */
export function openApiDocument(app: OpenAPIHono<AppEnv>): object {
  kept ??= build(app);
  return kept;
}

function build(app: OpenAPIHono<AppEnv>): object {
  app.openAPIRegistry.registerComponent('securitySchemes', 'bearer', {
    type: 'oauth2',
    description: 'The access token of `POST /auth/login`, sent as `Authorization: Bearer …`.',
    flows: { password: { tokenUrl: '/auth/login', refreshUrl: '/auth/refresh', scopes: {} } },
  });
  app.openAPIRegistry.register('Problem', ProblemBody);
  const document = app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Ledge',
      version,
      description: ORIENTATION,
      contact: { name: 'The Ledge authors' },
      license: { name: 'MIT', url: 'https://spdx.org/licenses/MIT' },
    },
    servers: [{ url: '/', description: 'This server' }],
    tags: [
      {
        name: 'auth',
        description: 'Sign in, stay signed in, sign out; change or recover a password; verify an email.',
      },
      {
        name: 'users',
        description:
          'Register, look after your own account, read profiles, follow people. Admins change roles.',
      },
      {
        name: 'posts',
        description:
          'Write, edit and delete posts, drafts and replies; find them in lists, threads and a timeline.',
      },
      {
        name: 'votes',
        description: 'One vote a person and post. The counts are exact, whatever happens at the same time.',
      },
      { name: 'service', description: 'What runs here, whether it is alive, and whether it can serve.' },
    ],
  });
  const used = new Set<ProblemCode>();
  for (const item of Object.values(document.paths ?? {})) {
    for (const method of METHODS) {
      const operation = item[method] as Operation | undefined;
      if (!operation) continue;
      operation.parameters?.sort((a, b) => PLACES.indexOf(a.in) - PLACES.indexOf(b.in));
      writeExamples(operation, (document.components?.schemas ?? {}) as Components);
      for (const code of writeProblems(operation)) used.add(code);
    }
  }
  document.components = { ...document.components, examples: problemExamples([...used]) };
  return document;
}

/** What an operation can answer follows from what it takes; the rest stands in its `x-problems`. */
function writeProblems(operation: Operation): Set<ProblemCode> {
  const own = operation['x-problems'] ?? [];
  delete operation['x-problems'];
  const codes = new Set<ProblemCode>(own);
  if (operation.security?.some((scheme) => 'bearer' in scheme)) {
    for (const code of ['token_missing', 'token_invalid', 'token_expired', 'token_revoked'] as const)
      codes.add(code);
  }
  if (operation.requestBody) {
    for (const code of ['malformed_body', 'unsupported_media_type'] as const) codes.add(code);
  }
  if (operation.requestBody || operation.parameters?.length) codes.add('invalid_input');
  if (!operation.tags.includes('service')) codes.add('database_unavailable');
  // Before any route is asked.
  codes.add('body_too_large');
  codes.add('rate_limited');
  codes.add('internal_error').add('misconfigured');
  const byStatus = Map.groupBy(codes, (code) => PROBLEMS[code].status);
  for (const [status, grouped] of [...byStatus].sort(([a], [b]) => a - b)) {
    operation.responses[status] = problemResponse(status, grouped);
  }
  return codes;
}

/** RFC 9110 §15.5.16 */
const ACCEPT_HEADERS = {
  Accept: { description: 'The media types that this call takes.', schema: { type: 'string' } },
};

const WAIT_HEADERS = {
  'Retry-After': { description: 'Seconds to wait', schema: { type: 'integer', minimum: 1 } },
};

/** draft-ietf-httpapi-ratelimit-headers */
const LIMIT_HEADERS = {
  'RateLimit-Policy': { description: 'The limit: `q` in `w` seconds.', schema: { type: 'string' } },
  RateLimit: {
    description: 'What is left of it (`r`), and for how long (`t`), where that is known.',
    schema: { type: 'string' },
  },
};

function problemResponse(status: number, codes: ProblemCode[]): object {
  const named = codes.map((code) => `\`${code}\``).join(', ');
  return {
    description: `${PROBLEMS[codes[0] as ProblemCode].title}: ${named}`,
    ...(status === 401 && {
      headers: { 'WWW-Authenticate': { description: 'RFC 6750 §3', schema: { type: 'string' } } },
    }),
    ...(status === 415 && { headers: ACCEPT_HEADERS }),
    ...((status === 429 || status === 503) && { headers: WAIT_HEADERS }),
    ...(status === 429 && { headers: { ...WAIT_HEADERS, ...LIMIT_HEADERS } }),
    content: {
      'application/problem+json': {
        schema: {
          allOf: [
            { $ref: '#/components/schemas/Problem' },
            { type: 'object', properties: { code: { enum: codes } } },
          ],
        },
        examples: Object.fromEntries(codes.map((code) => [code, { $ref: `#/components/examples/${code}` }])),
      },
    },
  };
}
