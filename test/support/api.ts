import { createExecutionContext } from 'cloudflare:test';
import { env, exports } from 'cloudflare:workers';
import app from '../../src/index';
import { checkAnswer } from './answers';
import { routeOf } from './document';
import { checkLeaks, rememberEmail } from './leaks';
import { checkRoundTrips, counted } from './round-trips';

const ORIGIN = 'https://ledge.example';

export interface Call {
  token?: string | undefined;
  json?: unknown;
  form?: Record<string, string>;
  headers?: Record<string, string>;
  body?: BodyInit;
  /** Where the request goes: the Worker itself unless a test needs other settings. */
  fetch?: (request: Request) => Response | Promise<Response>;
  /** False where a fault is struck: then a read is tried again, and makes more round trips than its route may. */
  isCounted?: boolean;
}

// biome-ignore lint/suspicious/noExplicitAny: tests say what they expect of a body; a type would say it twice.
type Anything = any;

export interface Answer<Body = Anything> {
  status: number;
  headers: Headers;
  text: string;
  /** Parsed when the answer is JSON. */
  body: Body;
}

const worker = (request: Request) => exports.default.fetch(request);

/** The Worker with other settings than the suite's; those that are undefined are not set at all. */
export function withSettings(changes: Record<string, unknown>) {
  const settings = Object.entries({ ...env, ...changes }).filter(([, value]) => value !== undefined);
  return (request: Request) =>
    app.fetch(request, Object.fromEntries(settings) as unknown as Env, createExecutionContext());
}

/**
 * Calls the Worker as a client would: `api('POST /posts', { token, json })`. Whatever it answers is held against the
 * OpenAPI document, the round trips of its route, and what nobody may see: each throws.
 */
export async function api<Body = Anything>(call: string, options: Call = {}): Promise<Answer<Body>> {
  const { token, json, form, headers, fetch = worker, isCounted = true } = options;
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
  const { answer, roundTrips } = await counted(async () => {
    const response = await fetch(request);
    return { status: response.status, headers: response.headers, text: await response.text() };
  });

  const route = routeOf(method, url.pathname);
  const caller = userOf(request.headers.get('authorization') ?? '');
  const answered = { method, path: `${url.pathname}${url.search}`, route, caller, ...answer };
  checkAnswer(answered);
  const isJson = /json/.test(answer.headers.get('content-type') ?? '') && method !== 'HEAD';
  const parsed = isJson ? JSON.parse(answer.text) : undefined;
  if (typeof (json as Anything)?.email === 'string')
    rememberEmail((json as Anything).email, parsed?.id ?? caller);
  checkLeaks(answered, typeof body === 'string' ? body : '');
  if (route && isCounted && roundTrips !== undefined) checkRoundTrips(route, roundTrips);
  return { ...answer, body: parsed };
}

/** Whom a token names; undefined for what is no token. */
function userOf(token: string): number | undefined {
  try {
    return JSON.parse(atob((token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/'))).user_id;
  } catch {
    return undefined;
  }
}
