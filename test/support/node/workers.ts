// Stands in for `cloudflare:workers` where the suite runs against the server for Node: the same tests call it over HTTP.
import { inject } from 'vitest';
import { unstable_readConfig } from 'wrangler';
import { openEnvironment } from '../../../server/environment';
import { serve } from '../../../server/serve';
import { readAllSettings } from '../../../server/settings';
import { withFaults } from './port';

const { vars } = unstable_readConfig({ config: 'wrangler.toml' }, { hideWarnings: true });
const bindings = inject('bindings');
const settings = readAllSettings({
  ...(vars as Record<string, string>),
  ...bindings,
  DATABASE_URL: inject('database'),
  DATABASE_POOL_SIZE: '40',
  PORT: '0',
  // Tests name the network of a caller.
  TRUSTED_PROXIES: '127.0.0.1',
});
const environment = openEnvironment(settings, 'public');

export const env = Object.assign(environment.env, {
  // Tests reach the database through the local Neon.
  DATABASE_URL: bindings.DATABASE_URL,
  DATABASE: withFaults(environment.pool.port),
});

const home = await serve(settings.server, environment);

/** Calls the server over HTTP, as the proxy before it would. */
async function call(input: RequestInfo): Promise<Response> {
  const request = new Request(input);
  const { pathname, search, origin, protocol } = new URL(request.url);
  const headers = new Headers(request.headers);
  headers.set('X-Forwarded-Proto', protocol.slice(0, -1));
  // `fetch` names the host itself: a page of the API's own origin has that one.
  if (headers.get('origin') === origin) headers.set('Origin', `${protocol}//127.0.0.1:${home.port}`);
  const address = headers.get('cf-connecting-ip');
  if (address) headers.set('X-Forwarded-For', address);
  const body = await request.arrayBuffer();
  const answer = await fetch(`http://127.0.0.1:${home.port}${pathname}${search}`, {
    method: request.method,
    headers,
    ...(body.byteLength > 0 && { body }),
    redirect: 'manual',
  });
  // What belongs to this connection and this moment, and not to the answer.
  const answered = new Headers(answer.headers);
  for (const name of ['connection', 'keep-alive', 'date']) answered.delete(name);
  return new Response(answer.body, { status: answer.status, headers: answered });
}

export const exports = { default: { fetch: call } };
