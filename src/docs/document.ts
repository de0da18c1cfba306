import type { OpenAPIHono } from '@hono/zod-openapi';
import packageJson from '../../package.json';
import type { AppEnv } from '../http/context';
import { isTokenEndpoint } from '../http/token-endpoint';
import type { ProblemCode } from '../problems';
import { ProblemBody } from '../schemas/problem';
import { namePages, shareParameters } from './components';
import { type Components, type Examples, writeExamples } from './examples';
import { problemComponents, refuse } from './problems';

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

## Authentication

- \`POST /users\` creates an account.
- \`POST /auth/login\` returns an access token, which is valid for 30 minutes, and a refresh token.
- Send the access token as \`Authorization: Bearer …\`.
- \`POST /auth/refresh\` exchanges the refresh token for a new pair.
- A page of the API's own origin keeps the refresh token in a cookie that no script can read: it sends \`Ledge-Session: cookie\` with \`POST /auth/login\`, \`POST /auth/refresh\` and whatever ends a session.

Some operations require a token. Where it is optional, anybody may read, unless this server is configured to require a token for everything. With a token:

- The response also has \`viewer\`: whether you voted for a post or bookmarked it, or follow, block or mute a user.
- Lists of posts leave out those of users whom you block or mute, and of users who block you.

## Pagination

Lists return up to \`limit\` items in \`data\`, and \`page\`.

- For the next page, send \`page.next_cursor\` as \`cursor\`, with the same filters, until it is null. \`page.prev_cursor\` leads back, and the \`Link\` header has both as URLs.
- No item is repeated or missed because others are added or deleted meanwhile. In a list that is sorted by a count, an item whose count changes may move.
- \`skip\` skips a number of items instead, and \`total=true\` adds the total number of items.

## Errors

Errors are \`application/problem+json\` (RFC 9457). Branch on \`code\`, which is stable, and show \`detail\` to people. A 422 \`invalid_input\` lists in \`errors\` which values are wrong, and why.

Checks are made in this order: size and rate limits, token (401), input (400, 413, 415, 422), existence (404), ownership (403), state (409, 412).

## Input

- A body is JSON in UTF-8, under any JSON media type. Unknown keys, unknown query parameters and query parameters without a value are ignored; one that is repeated gives 422.
- Texts are stored in Unicode's NFC, trimmed, with \`\\n\` as their line break, and counted in code points. A text must have a visible character; an optional one that is empty or blank is null.
- Control characters give 422, except line breaks and tabs in \`content\`, \`bio\`, and the texts of reports. In a title, each run of white space becomes one space.
- An id in a path that is not a number gives 422; a \`{user}\` that no user can have gives 404.

## Retries and concurrent edits

- A post that is sent again with the same \`Idempotency-Key\` within 24 hours is not created twice.
- Send the \`ETag\` that you read as \`If-Match\` so that an edit fails (412) instead of overwriting a change that somebody made since.
- Send it as \`If-None-Match\` to get a 304 without a body while nothing has changed.

## Caching

Without a token, the response to a GET may come from a cache, without \`X-Request-Id\`, or a replica: \`Age\` tells how many seconds old it is. With a token you get the current state, unless you send back the last \`Ledge-Written\`: then public reads and the timeline may be older, but show what this client wrote.

## Limits

A body may have up to 256 KiB. In a 429, \`Retry-After\` tells how many seconds to wait; \`RateLimit-Policy\` and \`RateLimit\` tell which limit was reached.

## Examples

They match the data that \`npm run ledge -- seed\` creates in development. Sign in as \`mira\`, or as the admin \`leila_b\`, with the password \`correct horse battery staple\`.`;

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
        description:
          'Sign in, refresh tokens, sign out; change or reset a password; verify an email address.',
      },
      {
        name: 'users',
        description:
          'Register, manage your account, read profiles, follow, block, mute and report users. Admins change roles.',
      },
      {
        name: 'posts',
        description:
          'Write, edit and delete posts, drafts and replies; read lists, threads, feeds and a timeline; report posts. Admins resolve reports.',
      },
      {
        name: 'votes',
        description: 'Vote for posts, once per user and post. Counts are always exact.',
      },
      { name: 'service', description: 'The version of the API, and health checks.' },
    ],
  });
  const schemas = (document.components?.schemas ?? {}) as Components;
  const placed = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item[method] as Operation | undefined;
      return operation ? [{ path, operation }] : [];
    }),
  );
  const operations = placed.map(({ operation }) => operation);
  for (const operation of operations) {
    operation.parameters?.sort((a, b) => PLACES.indexOf(a.in) - PLACES.indexOf(b.in));
    writeExamples(operation, schemas);
  }
  namePages(operations, schemas);
  const refusals = placed.flatMap(({ path, operation }) =>
    refuse(operation.responses, problemsOf(operation), isTokenEndpoint(path)),
  );
  const shared = { ...problemComponents(refusals), parameters: shareParameters(operations) };
  return { ...document, components: { ...document.components, ...shared } };
}

/** The problems of an operation: those of its `x-problems`, and those that follow from what it takes. */
function problemsOf(operation: Operation): Set<ProblemCode> {
  const codes = new Set<ProblemCode>(operation['x-problems']);
  delete operation['x-problems'];
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
  return codes;
}
