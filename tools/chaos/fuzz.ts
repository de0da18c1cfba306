// Sends random requests to all operations. Every answer must be as the document says, and below 500.

import { rememberAdmin, rememberEmail } from '../../test/support/leaks.ts';
import type { ApiDocument } from '../../test/support/operations.ts';
import { ACTORS, type Account, type Actor, Knowledge } from './knowledge.ts';
import { type FuzzedRequest, isActor, RequestSource } from './requests.ts';

export interface FuzzAnswer {
  status: number;
  headers: Headers;
  text: string;
}

/** Where requests go, and who can sign people up there. */
export interface FuzzTarget {
  /**
   * Throws when the answer breaks the contract or tells what its caller must not see. Undefined when a body above the limit
   * was not taken, and the connection closed before the answer could be read.
   */
  send(request: FuzzedRequest, headers: Record<string, string>): Promise<FuzzAnswer | undefined>;
  signUp(actor: Actor): Promise<Account>;
}

export interface FuzzOutcome {
  sent: number;
  statuses: Map<number, number>;
  /** The names of the routes that were called, and of those that answered 2xx. */
  called: Set<string>;
  succeeded: Set<string>;
  /** What broke a promise, with the request as a command. */
  faults: string[];
}

export interface FuzzOptions {
  seed: number;
  requests: number;
  /** How many are sent at a time. */
  at_once?: number;
}

/** Sessions end and admins lose their role on the way: so often everybody starts anew. */
const RENEW_EVERY = 500;
const FAULTS_MAX = 20;

export async function fuzz(
  document: ApiDocument,
  target: FuzzTarget,
  { seed, requests, at_once = 1 }: FuzzOptions,
): Promise<FuzzOutcome> {
  const knowledge = new Knowledge();
  const outcome: FuzzOutcome = {
    sent: 0,
    statuses: new Map(),
    called: new Set(),
    succeeded: new Set(),
    faults: [],
  };
  const renew = async (actor: Actor) => knowledge.setAccount(actor, await target.signUp(actor));
  const source = new RequestSource(document, knowledge).all(seed, requests);

  const sendOne = async (request: FuzzedRequest): Promise<FuzzAnswer | undefined> => {
    const headers = { ...request.headers, ...authorizationOf(request, knowledge) };
    outcome.called.add(request.route.name);
    try {
      const answer = await target.send(request, headers);
      if (!answer) return undefined;
      outcome.statuses.set(answer.status, (outcome.statuses.get(answer.status) ?? 0) + 1);
      if (answer.status >= 500) throw new Error(`answered ${answer.status}: ${answer.text.slice(0, 500)}`);
      return answer;
    } catch (error) {
      outcome.faults.push(`${commandOf(request, headers)}\n${(error as Error).message}`);
      return undefined;
    }
  };

  for (let round = 0; outcome.sent < requests && outcome.faults.length < FAULTS_MAX; round += 1) {
    if (round % Math.ceil(RENEW_EVERY / at_once) === 0) for (const actor of ACTORS) await renew(actor);
    const batch = take(source, at_once);
    const answers = await Promise.all(batch.map(sendOne));
    outcome.sent += batch.length;
    for (const [i, request] of batch.entries()) {
      const answer = answers[i];
      if (answer) learn(knowledge, outcome, request, answer);
      if (answer?.status === 401 && isActor(request.actor)) await renew(request.actor);
    }
  }
  return outcome;
}

function take<Value>(source: Iterator<Value>, count: number): Value[] {
  const taken: Value[] = [];
  while (taken.length < count) {
    const { done, value } = source.next();
    if (done) break;
    taken.push(value);
  }
  return taken;
}

function authorizationOf({ actor, body }: FuzzedRequest, knowledge: Knowledge): Record<string, string> {
  if (actor === 'anonymous') return {};
  if (actor !== 'forged') return { Authorization: `Bearer ${knowledge.account(actor).token}` };
  const { token, refresh_token } = knowledge.account('user');
  const forged = [
    'Bearer',
    'Bearer x',
    'Basic eA==',
    `Bearer ${token.slice(0, -2)}`,
    `Bearer ${refresh_token}`,
  ];
  return { Authorization: forged[(body?.length ?? 0) % forged.length] as string };
}

/** Keeps what later requests can use, and whose emails were sent: no answer may tell them to somebody else. */
function learn(
  knowledge: Knowledge,
  { succeeded }: FuzzOutcome,
  { route, headers: sent, body, actor, method }: FuzzedRequest,
  { status, headers, text }: FuzzAnswer,
): void {
  const key = sent['Idempotency-Key'];
  if (key !== undefined) knowledge.add('Idempotency-Key', key);
  if (status >= 300 || method !== route.method) return;
  succeeded.add(route.name);
  knowledge.learn(route, headers, text);
  const answered = headers.get('content-type')?.includes('json') ? parse(text) : undefined;
  if (answered?.role === 'admin' && typeof answered.id === 'number') rememberAdmin(answered.id);
  const email = parse(body ?? '')?.email;
  if (typeof email === 'string')
    rememberEmail(email, answered?.id ?? (isActor(actor) ? knowledge.account(actor).id : undefined));
}

function parse(text: string): (Record<string, unknown> & { id?: number }) | null | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The request as one can send it again. */
function commandOf({ method, target, body }: FuzzedRequest, headers: Record<string, string>): string {
  const quote = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
  const parts = Object.entries(headers).map(([name, value]) => `-H ${quote(`${name}: ${value}`)}`);
  const data = body === null ? [] : [`--data-binary ${quote(body.slice(0, 2_000))}`];
  return ['curl', `-X ${method}`, ...parts, ...data, quote(`$API${target}`)].join(' ');
}
