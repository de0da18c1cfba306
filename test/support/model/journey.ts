// One client after another: each answer is predicted, and every so many steps all that some viewers can read is compared.
import { expect } from 'vitest';
import type { ProblemCode } from '../../../src/problems';
import { api } from '../api';
import { promote, unusedName } from '../people';
import { sql } from '../sql';
import type { Action } from './action';
import { type Cache, expectReads, expectRefusal } from './compare';
import { Dice } from './dice';
import { randomAction, randomAdminAction, type Scene } from './random-actions';
import { allReads, tagRead } from './reads';
import { addPeople, finishDeletions, learnTimes } from './rows';
import { type Person, World } from './world';

const PEOPLE = 7;
const STEPS_BETWEEN_READS = 40;
const VIEWERS = 2;

export interface Journey extends Scene {
  admin: Person;
  cache: Cache;
  /** What was done so far, to be read when something is wrong. */
  log: string[];
  /** What the API was right to refuse. */
  refused: Set<ProblemCode>;
}

export async function beginJourney(seed: number, count = PEOPLE): Promise<Journey> {
  const world = new World();
  const mark = unusedName('j').slice(0, 14);
  const [admin] = (await addPeople(world, count + 1, mark)) as [Person];
  await promote(admin);
  Object.assign(admin, { role: 'admin' });
  return { world, dice: new Dice(seed), mark, admin, cache: new Map(), log: [], refused: new Set() };
}

/** The admin becomes a user again: other tests count the admins. */
export const endJourney = ({ admin }: Journey) => sql`UPDATE users SET role = 'user' WHERE id = ${admin.id}`;

/** Who does something, and why they may do nothing at all. */
type Caller =
  | { person: Person; refusal?: never }
  | { person: Person; refusal: 'token_revoked' }
  | { person: undefined; refusal: 'token_missing' };

function chooseCaller({ world, dice, admin }: Journey): Caller {
  const gone = dice.pick(world.gone.people);
  if (dice.chance(0.01)) return { person: undefined, refusal: 'token_missing' };
  if (gone && dice.chance(0.01)) return { person: gone, refusal: 'token_revoked' };
  if (dice.chance(0.06)) return { person: admin };
  return { person: dice.pick([...world.people.values()].filter(({ id }) => id !== admin.id)) ?? admin };
}

async function step(journey: Journey): Promise<void> {
  const { world, dice, admin } = journey;
  const { person, refusal } = chooseCaller(journey);
  const turn = { ...journey, me: (person ?? admin).id };
  const action = person === admin && dice.chance(0.6) ? randomAdminAction(turn) : randomAction(turn);
  journey.log.push(`${person?.id ?? 'nobody'}: ${action.call} ${JSON.stringify(action.json ?? '')}`);
  // The answer has the number of unread notifications.
  if (action.call === 'PATCH /users/me') await learnTimes(world);
  const code = refusal ?? action.refusal();
  if (code) journey.refused.add(code);
  await act(action, person?.token, code);
  if (action.call.startsWith('DELETE /users/')) await finishDeletions();
  const missing = PEOPLE + 1 - world.people.size;
  if (missing > 0) await addPeople(world, missing, journey.mark);
}

async function act(
  { call, json, headers, apply }: Action,
  token: string | undefined,
  refusal: ProblemCode | undefined,
): Promise<void> {
  const answer = await api(call, {
    token,
    ...(json !== undefined && { json }),
    ...(headers && { headers }),
    // The rest of a large account is deleted after the answer.
    ...(call.startsWith('DELETE /users/') && { checks: { roundTrips: false } }),
  });
  if (refusal) return expectRefusal(answer, refusal, call);
  expect(answer.status, `${call}: ${answer.text}`).toBeLessThan(300);
  const { status, body } = apply({ body: answer.body, etag: answer.headers.get('etag') });
  expect([answer.status, answer.body], call).toEqual([status, body]);
}

/** All votes of the world become a day older, so that some are of different days. */
const passDay = ({ world }: Journey) =>
  sql`UPDATE votes SET created_at = created_at - interval '1 day'
    WHERE user_id = ANY (${[...world.people.keys()]}::bigint[])`;

async function lookAround(journey: Journey): Promise<void> {
  const { world, dice, admin } = journey;
  await learnTimes(world);
  const people = [...world.people.values()];
  const viewers = [
    ...Array.from({ length: VIEWERS }, () => dice.pick(people)),
    ...(dice.chance(0.2) ? [admin] : []),
    ...(dice.chance(0.3) ? [undefined] : []),
  ];
  for (const viewer of new Set(viewers)) {
    journey.log.push(`${viewer?.id ?? 'nobody'} looks around`);
    const look = { ...journey, viewer: viewer?.id ?? null };
    await expectReads(allReads(look, 3), viewer?.token, journey.cache);
  }
}

export async function walk(journey: Journey, steps: number): Promise<void> {
  for (let done = 1; done <= steps; done += 1) {
    await step(journey);
    if (journey.dice.chance(0.01)) await passDay(journey);
    if (done % STEPS_BETWEEN_READS === 0 || done === steps) await lookAround(journey);
  }
  await expectReads([tagRead({ ...journey, viewer: null })], undefined, journey.cache);
}
