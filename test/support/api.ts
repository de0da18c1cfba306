import { createExecutionContext } from 'cloudflare:test';
import { env, exports } from 'cloudflare:workers';
import app from '../../src/index';
import { checkAnswer, findRoute } from './document';
import { checkLeaks, readUserId, rememberEmail } from './leaks';
import { checkRoundTrips, countRoundTrips } from './round-trips';

const ORIGIN = 'https://ledge.example';

/** False where the suite runs against the server for Node, for the few tests of what only Cloudflare or Neon has. */
export const isWorker = !('DATABASE' in env);

export interface Call {
  token?: string | undefined;
  json?: unknown;
  form?: Record<string, string>;
  headers?: Record<string, string>;
  body?: BodyInit;
  /** Answers the request: the Worker itself, unless a test needs other settings. */
  fetch?: (request: Request) => Response | Promise<Response>;
  checks?: Checks;
}

/** What `api` checks of every answer, besides what a test expects. Each check throws. Only the last can be turned off. */
export interface Checks {
  /** Status, headers, content type and every key of the body are documented (`checkAnswer`). */
  document?: true;
  /** No password hash, and no email of anybody but the caller (`checkLeaks`). */
  leaks?: true;
  /** No more round trips than the table of routes allows. False for a test in which a call of the database is retried. */
  roundTrips?: boolean;
}

// biome-ignore lint/suspicious/noExplicitAny: what a test expects of a body is its type.
type Anything = any;

export interface Answer<Body = Anything> {
  status: number;
  headers: Headers;
  text: string;
  /** Parsed when the answer is JSON. */
  body: Body;
}

const worker = (request: Request) => exports.default.fetch(request);

/** The Worker with changed settings; a setting that is undefined is left out. */
export function withSettings(changes: Record<string, unknown>) {
  const settings = Object.entries({ ...env, ...changes }).filter(([, value]) => value !== undefined);
  return (request: Request) =>
    app.fetch(request, Object.fromEntries(settings) as unknown as Env, createExecutionContext());
}

/**
 * Calls the Worker as a client does: `api('POST /posts', { token, json })`. Throws when one of `Checks` fails.
 */
export async function api<Body = Anything>(call: string, options: Call = {}): Promise<Answer<Body>> {
  const { token, json, form, headers, fetch = worker, checks } = options;
  const body = json === undefined ? (form ? new URLSearchParams(form) : options.body) : JSON.stringify(json);
  const [method = 'GET', path = '/'] = call.split(/ (.*)/s);
  const url = new URL(path, ORIGIN);
  const request = new Request(url, {
    method,
    headers: {
      ...(token && { Authorization: `Bearer ${token}` }),
      ...(json !== undefined && { 'Content-Type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body }),
    redirect: 'manual',
  });
  const { answer, roundTrips } = await countRoundTrips(async () => {
    const response = await fetch(request);
    return { status: response.status, headers: response.headers, text: await response.text() };
  });

  const route = findRoute(method, url.pathname);
  const caller = readUserId(request.headers.get('authorization') ?? '');
  const checked = { method, path: `${url.pathname}${url.search}`, route, caller, ...answer };
  checkAnswer(checked);
  const isJson = /json/.test(answer.headers.get('content-type') ?? '') && method !== 'HEAD';
  const parsed = isJson ? JSON.parse(answer.text) : undefined;
  if (typeof (json as Anything)?.email === 'string')
    rememberEmail((json as Anything).email, parsed?.id ?? caller);
  const sent = body instanceof Uint8Array ? new TextDecoder().decode(body) : body;
  checkLeaks(checked, typeof sent === 'string' ? sent : '');
  if (route && checks?.roundTrips !== false && roundTrips !== undefined) checkRoundTrips(route, roundTrips);
  return { ...answer, body: parsed };
}
