// The calls of the smoke test. They tell an answer of Ledge from what says nothing about it.
import { setTimeout as pause } from 'node:timers/promises';
import { Unchecked } from './unchecked.ts';

const TIMEOUT_MS = 15_000;
/** How often a call is made while the answer is that it may be made again. */
const TRIES = 3;
const WAIT_SECONDS_MAX = 10;

// biome-ignore lint/suspicious/noExplicitAny: the smoke test checks what the answers are
export type Anything = any;

/** Calls again where a 503 says when, if nothing was done: a read, or what Ledge was too busy to begin. */
export async function reach(address: string, operation: string, init: RequestInit): Promise<Answer> {
  const [method = 'GET', path = '/'] = operation.split(' ');
  for (let tries = 1; ; tries++) {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const answer = await fetchOnce(new URL(path, address), { ...init, method, signal });
    checkOrigin(operation, answer);
    const wait = answer.headers.get('retry-after');
    const isBusy = parse(answer.text)?.code === 'overloaded';
    if (answer.status !== 503 || wait === null || !(isBusy || method === 'GET')) return answer;
    if (tries === TRIES) {
      if (isBusy) throw new Unchecked(`${operation} answered 503: too many others are signing in`);
      return answer;
    }
    await pause(Math.min(Number(wait) || 0, WAIT_SECONDS_MAX) * 1000);
  }
}

interface Answer {
  status: number;
  headers: Headers;
  text: string;
}

/** Cloudflare answers for a Worker that is broken: an address where nothing answers is not that of the deployment. */
async function fetchOnce(url: URL, init: RequestInit): Promise<Answer> {
  try {
    const response = await fetch(url, init);
    return { status: response.status, headers: response.headers, text: await response.text() };
  } catch (error) {
    const { name, message, cause } = error as Error;
    if (name === 'TimeoutError') throw error;
    // What Node says when it reaches nobody is in the cause.
    throw new Unchecked(message === 'fetch failed' ? `no server answers at ${url.origin}` : message, {
      cause,
    });
  }
}

/** Throws unless the answer came from Ledge, or from Cloudflare because Ledge is broken (5xx). */
function checkOrigin(operation: string, { status, headers, text }: Answer): void {
  const said = `${operation} answered ${status}`;
  if (status === 429) throw new Unchecked(`${said}: the limit of this network is used up`);
  if (headers.has('cf-mitigated')) throw new Unchecked(`${said}: Cloudflare's firewall stopped the check`);
  // A proxy that asks for a login answers with its page, most often as 200 or 403.
  const type = headers.get('content-type') ?? '';
  if (status < 500 && text !== '' && !type.includes('json'))
    throw new Unchecked(
      `${said} with ${type || 'no type'}: this is not Ledge, or something stands before it`,
    );
}

/** The JSON of an answer, or undefined. */
export function parse(text: string): Anything {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
