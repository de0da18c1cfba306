import type { OpenAPIHono } from '@hono/zod-openapi';
import packageJson from '../../package.json';
import type { AppEnv } from '../http/context';
import { isTokenEndpoint } from '../http/token-endpoint';
import { PROBLEMS, type ProblemCode } from '../problems';
import { ProblemBody } from '../schemas/problem';
import { type Components, type Examples, problemExamples, writeExamples } from './examples';

interface Operation extends Examples {
  tags: string[];
  security?: Record<string, string[]>[];
  'x-problems'?: ProblemCode[];
}

/** The order in which an operation lists its parameters. */
const PLACES = ['path', 'query', 'header'];
const METHODS = ['get', 'put', 'post', 'delete', 'patch'] as const;

/** How long the document and its pages may be cached. A deployment starts with an empty cache. */
export const DOCUMENT_SECONDS = 300;

export const version = packageJson.version;

/** What a client developer has to know before the first call. */
const ORIENTATION = `A microblog API: people register, write posts, reply, vote, follow each other and read a timeline.

**Signing in.** \`POST /users\` registers, \`POST /auth/login\` answers an access token for 30 minutes, sent as \`Authorization: Bearer …\`, and a refresh token for \`POST /auth/refresh\`. Reading is open to everybody unless this service says otherwise; calls that require the \`bearer\` scheme need a token; where it is optional, a token adds what you voted for and whom you follow (\`viewer\`).

**Lists** answer \`data\` and \`page\`: \`limit\` rows, beginning at \`cursor\`, which is \`page.next_cursor\` or \`page.prev_cursor\` of an earlier answer. The \`Link\` header has the same as URLs, with every filter kept. While others write, insertions and deletions repeat and hide no other row; in a list by votes or by use, a row whose count changes meanwhile may move. \`skip\` skips rows instead; \`total=true\` adds the size of the whole list.

**Errors** are \`application/problem+json\` (RFC 9457). Branch on \`code\`, which never changes; show \`detail\` to people; a 422 \`invalid_input\` lists in \`errors\` what is wrong, and where. Checks are made in this order: size and rate limits, the token (401), the input (400, 413, 415, 422), existence (404), ownership (403), state (409, 412).

**Input.** A body is JSON in UTF-8, under any JSON media type. Unknown query parameters, and unknown keys in a body, are ignored; a query parameter without a value is as if it were not sent, and one that is repeated is 422. Texts are stored in Unicode's NFC, trimmed, with \`\\n\` as their line break, and counted in code points. A text must have a visible character; an optional one that is empty or blank is null. Control characters are 422, except line breaks and tabs in \`content\` and \`bio\`; in a title, each run of white space becomes one space. In a path, an id that is no number is 422, and a \`{user}\` that nobody can have is 404.

**Writing once.** A post that is sent again with the same \`Idempotency-Key\` within 24 hours is not created again. \`If-Match\` with the \`ETag\` that you read prevents you from overwriting a change that was made since (412). With \`If-None-Match\`, what you have already is not sent again (304).

**Caching.** Without a token, a read may be answered from a cache; \`Age\` tells how many seconds old it is, and such an answer has no \`X-Request-Id\`. With a token you always get the current state.

**Limits.** Bodies up to 256 KiB. With a 429, \`Retry-After\` tells how long to wait, \`RateLimit-Policy\` and \`RateLimit\` which limit was reached.

**Trying it out.** The examples match the data that \`npm run ledge -- seed\` creates in development: sign in as \`mira\`, or as \`leila_b\`, who is an admin, with the password \`correct horse battery staple\`.`;

let builtDocument: object | undefined;

/** The OpenAPI 3.1 document of the whole API, built from the routes on first use. */
export function openApiDocument(app: OpenAPIHono<AppEnv>): object {
  builtDocument ??= build(app);
  return builtDocument;
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
        description: 'Sign in, stay signed in, sign out; change or reset a password; verify an email.',
      },
      {
        name: 'users',
        description: 'Register, manage your account, read profiles, follow users. Admins change roles.',
      },
      {
        name: 'posts',
        description: 'Write, edit and delete posts, drafts and replies; read lists, threads and a timeline.',
      },
      {
        name: 'votes',
        description: 'One vote per user and post. Counts are always exact.',
      },
      { name: 'service', description: 'The version, and whether the service is up and ready.' },
    ],
  });
  const used = new Set<ProblemCode>();
  for (const [path, item] of Object.entries(document.paths ?? {})) {
    for (const method of METHODS) {
      const operation = item[method] as Operation | undefined;
      if (!operation) continue;
      operation.parameters?.sort((a, b) => PLACES.indexOf(a.in) - PLACES.indexOf(b.in));
      writeExamples(operation, (document.components?.schemas ?? {}) as Components);
      for (const code of writeProblems(path, operation)) used.add(code);
    }
  }
  document.components = { ...document.components, examples: problemExamples([...used]) };
  return document;
}

/** Adds the problems that follow from the input of an operation, and those of its `x-problems`. */
function writeProblems(path: string, operation: Operation): Set<ProblemCode> {
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
  if (operation.parameters?.some(({ in: place }) => place !== 'header')) codes.add('malformed_url');
  if (operation.requestBody || operation.parameters?.length) codes.add('invalid_input');
  if (!operation.tags.includes('service')) codes.add('database_unavailable').add('schema_outdated');
  // These can happen before the route is reached.
  codes.add('body_too_large');
  codes.add('rate_limited');
  codes.add('internal_error').add('misconfigured');
  const byStatus = Map.groupBy(codes, (code) => PROBLEMS[code].status);
  for (const [status, grouped] of [...byStatus].sort(([a], [b]) => a - b)) {
    operation.responses[status] = isTokenEndpoint(path)
      ? tokenProblemResponse(status, grouped)
      : problemResponse(status, grouped);
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
  'RateLimit-Policy': { description: 'The limit: `q` requests in `w` seconds.', schema: { type: 'string' } },
  RateLimit: {
    description: 'Requests left (`r`), and seconds until the limit is reset (`t`), where known.',
    schema: { type: 'string' },
  },
};

/** RFC 6749 §5.2 */
const OAUTH_MEMBERS = {
  error: { type: 'string', description: 'The code of OAuth 2.0 for this failure.' },
  error_description: { type: 'string', description: 'The same as `detail`, in ASCII.' },
};

/** Has the members of OAuth 2.0 too, and another type for clients that take no problems. */
function tokenProblemResponse(status: number, codes: ProblemCode[]): object {
  const response = problemResponse(status, codes, OAUTH_MEMBERS);
  const content = response.content['application/problem+json'];
  return { ...response, content: { ...response.content, 'application/json': content } };
}

function problemResponse(status: number, codes: ProblemCode[], members: object = {}) {
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
            { type: 'object', properties: { code: { enum: codes }, ...members } },
          ],
        },
        examples: Object.fromEntries(codes.map((code) => [code, { $ref: `#/components/examples/${code}` }])),
      },
    },
  };
}
