// Every kind of call, with everything that can become of it between the Worker and Postgres.
import { setTimeout as pause } from 'node:timers/promises';
import type { ApiDocument, Route } from '../../test/support/operations.ts';
import type { Client } from './client.ts';
import { targetOf } from './fuzzing.ts';
import type { Home } from './homes.ts';
import type { HostileNeon } from './hostile-neon.ts';
import { ACTORS, type Actor, Knowledge } from './knowledge.ts';
import { NEON_FAULTS, type NeonFault, type Plan } from './neon-faults.ts';
import { counts, latencies, type Row } from './report.ts';
import { type FuzzedRequest, isActor, RequestSource } from './requests.ts';
import type { World } from './world.ts';

/** So many requests of a route are tried until one calls the database. */
const TRIES_MAX = 8;
/** How much longer than the deadline of the database an answer may take on a machine that others use, too. */
const PATIENCE_MS = 3_000;
const RECOVERY_MS = 15_000;

const PAUSE_MS = 50;

/** Asks until the answer is yes; false when it has not been in time. */
async function poll(patience_ms: number, isDone: () => Promise<boolean>): Promise<boolean> {
  for (const end = Date.now() + patience_ms; Date.now() < end; await pause(PAUSE_MS))
    if (await isDone()) return true;
  return false;
}

interface Trial {
  home: Home;
  neon: HostileNeon;
  client: Client;
  world: World;
  document: ApiDocument;
  seed: number;
  /** Of a call of the database. */
  timeout_ms: number;
  /** Every so-many-th case is tried; all by default. */
  step?: number;
}

/** Each operation that calls the database, with each fault of that call. */
export async function tryFaults(trial: Trial): Promise<Row> {
  const { document, seed, step = 1, home, neon } = trial;
  const knowledge = new Knowledge();
  const source = new RequestSource(document, knowledge);
  const target = targetOf(home, trial.world, trial.client);
  const renew = async (actor: Actor) => knowledge.setAccount(actor, await target.signUp(actor));
  for (const actor of ACTORS) await renew(actor);

  /** Sends one request with a fault; undefined when it did not call the database. */
  const sendWith = async (fault: NeonFault | undefined, request: FuzzedRequest) => {
    let left = fault;
    neon.choose(() => {
      const chosen = left;
      left = undefined;
      return chosen;
    });
    const before = neon.calls();
    const started_ms = Date.now();
    const headers = { ...request.headers, ...bearer(request, knowledge) };
    const answer = await target.send(request, headers);
    if (!answer) throw new Error('a valid request was cut off');
    neon.choose(() => undefined);
    if (answer.status === 401 && isActor(request.actor)) await renew(request.actor);
    const calls = neon.calls() - before;
    return { answer, calls, took_ms: Date.now() - started_ms };
  };
  const recover = () =>
    poll(RECOVERY_MS, async () => (await trial.client(home.addresses[0] as string, LIST)).status === 200);

  const statuses = new Map<number, number>();
  const times_ms: number[] = [];
  const broken: string[] = [];
  let cases = 0;
  const cells = document.routes.flatMap((route) =>
    NEON_FAULTS.filter(({ plan }) => plan !== 'ended' || route.operation.responses[401]).map(
      (fault) => [route, fault] as const,
    ),
  );
  const requests = new Map(document.routes.map((route) => [route, source.valid(route, seed)]));
  const silent = new Set<Route>();
  for (const [i, [route, fault]] of cells.entries()) {
    if ((i + seed) % step !== 0 || silent.has(route)) continue;
    for (let tries = 1; ; tries += 1) {
      const request = requests.get(route)?.next().value as FuzzedRequest;
      try {
        const { answer, calls, took_ms } = await sendWith(fault, request);
        if (calls > 0) {
          cases += 1;
          times_ms.push(took_ms);
          statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
          const wrong = deviation(fault.plan, answer, calls, took_ms, trial.timeout_ms);
          if (wrong) broken.push(`${route.name}, ${fault.name}: ${wrong}`);
          broken.push(...home.unforeseen().filter((line) => !isAboutRefusal(line)));
          if (answer.status === 503 && !(await recover()))
            broken.push(`${route.name}, ${fault.name}: reads fail long after it`);
          break;
        }
        knowledge.learn(route, answer.headers, answer.status < 300 ? answer.text : '{}');
      } catch (error) {
        broken.push(`${route.name}, ${fault.name}: ${(error as Error).message}`);
        break;
      }
      if (tries === TRIES_MAX) {
        silent.add(route);
        break;
      }
    }
  }
  const operations = document.routes.length - silent.size;
  return {
    what: `${home.name}: ${NEON_FAULTS.length} faults of a call of the database, with each of ${operations} operations that make one`,
    count: cases.toLocaleString('en'),
    seen: `${counts(statuses)}; deadline of the database ${trial.timeout_ms} ms, ${latencies(times_ms)}`,
    broken: [
      ...broken,
      ...home.unforeseen().filter((line) => !isAboutRefusal(line)),
      ...(await trial.world.wrongCounters()),
    ],
  };
}

const LIST = { method: 'GET', target: '/posts?limit=1' };

const bearer = ({ actor }: FuzzedRequest, knowledge: Knowledge): Record<string, string> =>
  isActor(actor) ? { Authorization: `Bearer ${knowledge.account(actor).token}` } : {};

/** What Postgres or its proxy refuses as wrong is logged with its code, as planned. */
const isAboutRefusal = (line: string) => /"(sql_state|http_status)"/.test(line);

/** What is wrong with an answer after a fault; undefined when it is as planned. */
function deviation(
  plan: Plan,
  { status, headers, text }: { status: number; headers: Headers; text: string },
  calls: number,
  took_ms: number,
  timeout_ms: number,
): string | undefined {
  if (took_ms > timeout_ms + PATIENCE_MS) return `answered after ${took_ms} ms`;
  const isUsual = status < 500;
  const isOutage = status === 503 && headers.has('retry-after');
  const isPlanned = {
    nothing: isUsual,
    outage: isOutage || (isUsual && calls > 1),
    refusal: status === 500 && JSON.parse(text).code === 'internal_error',
    ended: status === 401,
  }[plan];
  return isPlanned ? undefined : `${status} after ${calls} calls: ${text.slice(0, 200)}`;
}
