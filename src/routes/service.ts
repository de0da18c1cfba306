import { createRoute, z } from '@hono/zod-openapi';
import journal from '../../drizzle/meta/_journal.json';
import packageJson from '../../package.json';
import { call } from '../db/database';
import { createRouter } from '../http/context';
import { jsonResponse, problems } from '../http/contract';
import { databaseOutdated } from '../problems';

const about = { tags: ['service'], security: [] as Record<string, string[]>[] };

/** The time of the newest migration in this build, in milliseconds of the Unix epoch. */
const SCHEMA_VERSION = Math.max(...journal.entries.map(({ when }) => when));

const LINKS = {
  docs: '/docs',
  reference: '/redoc',
  openapi: '/openapi.json',
  health: '/healthz',
  ready: '/readyz',
};

const Welcome = z
  .object({
    name: z.string().openapi({ example: 'Ledge' }),
    version: z.string().openapi({ example: packageJson.version }),
    links: z
      .object({
        docs: z.string(),
        reference: z.string(),
        openapi: z.string(),
        health: z.string(),
        ready: z.string(),
      })
      .openapi({ example: LINKS }),
  })
  .openapi('Welcome');

const Health = z.object({ status: z.literal('ok') }).openapi('Health');

export const service = createRouter();

service.openapi(
  createRoute({
    method: 'get',
    path: '/',
    operationId: 'welcome',
    summary: 'Get information about this API',
    description:
      'Its name, its version, and links to its documentation. Works while the database is down. A request whose `Accept` header prefers `text/html` to JSON, as that of a browser does, gets the page of the web client instead.',
    ...about,
    responses: { 200: jsonResponse(Welcome, 'Name, version and links') },
  }),
  (c) => {
    return c.json({ name: 'Ledge', version: packageJson.version, links: LINKS }, 200);
  },
);

service.openapi(
  createRoute({
    method: 'get',
    path: '/healthz',
    operationId: 'isAlive',
    summary: 'Check that the server is running',
    description: '200 as long as the server is running, even while the database is down.',
    ...about,
    responses: { 200: jsonResponse(Health, 'The server is running') },
  }),
  (c) => c.json({ status: 'ok' as const }, 200),
);

service.openapi(
  createRoute({
    method: 'get',
    path: '/readyz',
    operationId: 'isReady',
    summary: 'Check that the API is ready',
    description:
      '200 if the database is reachable and has every migration that this version needs, otherwise 503 with `Retry-After`. For load balancers and deployments.',
    ...about,
    responses: { 200: jsonResponse(Health, 'The API is ready') },
    ...problems('database_unavailable', 'schema_outdated'),
  }),
  async (c) => {
    const migrated = await call(c.get('db'), 'schema_version', {});
    if (migrated === null || Number(migrated) < SCHEMA_VERSION) throw databaseOutdated();
    return c.json({ status: 'ok' as const }, 200);
  },
);
