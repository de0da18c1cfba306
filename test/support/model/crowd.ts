// Many clients at once. Nobody can say what each answer has to be; but what only one client changes must be as its answers
// said, and everything must be seen as the rows say that it is.
import { expect } from 'vitest';
import { api } from '../api';
import type { Action } from './action';
import { expectReads } from './compare';
import type { Journey } from './journey';
import { randomAction, randomAdminAction } from './random-actions';
import { allReads } from './reads';
import { addPeople, finishDeletions, readRows } from './rows';
import { type Deed, type Deeds, type Person, tagsOf, type World } from './world';

export interface Crowd extends Journey {
  /** Pairs of people of whom one has ever blocked the other. */
  onceBlocked: Set<string>;
  /** People whose token was refused. */
  signedOut: Set<number>;
  failures: string[];
  /** How often each status was answered. */
  statuses: Map<number, number>;
}

const pairOf = ({ by, to }: Pick<Deed, 'by' | 'to'>) => [by, to].sort((a, b) => a - b).join(' ');

/** What people read meanwhile. Whatever it has by then, it has to come. */
const READS = [
  '/users/me',
  '/users/me/notifications',
  '/posts/timeline?replies=include&include_self=true',
  '/posts?replies=include&sort=top',
  '/posts/bookmarks',
] as const;

/** The admin is the first. */
const VIEWERS = 6;

/** One client of the crowd: a person after another, since some are deleted. It ends when all operations were begun. */
export async function act(crowd: Crowd, person: Person, isOver: () => boolean): Promise<void> {
  const { world, dice, admin } = crowd;
  let me = person;
  while (!isOver()) {
    const isAdmin = dice.chance(0.03);
    const turn = { ...crowd, me: isAdmin ? admin.id : me.id };
    const action = isAdmin ? randomAdminAction(turn) : randomAction(turn);
    const { call, json, headers, apply } = dice.chance(0.1) ? readOf(dice.among(...READS)) : action;
    const answer = await api(call, {
      token: isAdmin ? admin.token : me.token,
      ...(json !== undefined && { json }),
      ...(headers && { headers }),
      checks: { roundTrips: false },
    });
    crowd.statuses.set(answer.status, (crowd.statuses.get(answer.status) ?? 0) + 1);
    if (answer.status >= 500) crowd.failures.push(`${call}: ${answer.text}`);
    if (answer.status < 300) apply({ body: answer.body, etag: answer.headers.get('etag') });
    if (call.endsWith('/block')) for (const block of world.blocks.all()) crowd.onceBlocked.add(pairOf(block));
    if (answer.status !== 401) continue;
    crowd.signedOut.add(turn.me);
    me = (await addPeople(world, 1, crowd.mark))[0] as Person;
  }
}

const readOf = (path: string): Omit<Action, 'refusal'> => ({
  call: `GET ${path}`,
  apply: ({ body }) => ({ status: 200, body }),
});

/** What a post says, without what others decide: whom a name in it means. */
const own = (world: World) =>
  [...world.posts.values()]
    .filter(({ owner }) => world.people.has(owner))
    .sort((a, b) => a.id - b.id)
    .map(({ mentions, above, answered, etags, earlier, tags, ...post }) => ({
      ...post,
      tags: tagsOf({ tags, content: post.content }),
      earlier: earlier.map(({ mentions, tags, ...text }) => ({
        ...text,
        tags: tagsOf({ tags, content: text.content }),
      })),
    }));

const accounts = (world: World) =>
  [...world.people.values()]
    .sort((a, b) => a.id - b.id)
    .map(({ id, username, bio, avatar_url, version }) => ({ id, username, bio, avatar_url, version }));

/** The deeds of one kind, of people and to things that are still there. */
const standing = (
  deeds: Deeds,
  { people, posts }: World,
  to: 'people' | 'posts',
  isKnown: (deed: Deed) => boolean = () => true,
) =>
  deeds
    .all()
    .filter((deed) => people.has(deed.by) && { people, posts }[to].has(deed.to) && isKnown(deed))
    .map(({ by, to }) => `${by} ${to}`)
    .sort();

/** The rows are what was acknowledged, and everybody sees what the rows say. */
export async function expectOutcomes(crowd: Crowd): Promise<void> {
  const { world, failures, signedOut, onceBlocked } = crowd;
  expect(failures).toEqual([]);
  await finishDeletions();
  const rows = await readRows([...world.people.values()]);

  expect([...signedOut].filter((id) => world.people.has(id))).toEqual([]);
  expect(accounts(rows)).toEqual(accounts(world));
  expect(own(rows)).toEqual(own(world));
  for (const kind of ['votes', 'bookmarks'] as const)
    expect(standing(rows[kind], rows, 'posts'), kind).toEqual(standing(world[kind], rows, 'posts'));
  for (const kind of ['blocks', 'mutes'] as const)
    expect(standing(rows[kind], rows, 'people'), kind).toEqual(standing(world[kind], rows, 'people'));
  // A block ends a follow, and of two answers that cross each other nobody knows which came first.
  const isOwn = (deed: Deed) => !onceBlocked.has(pairOf(deed));
  const kept = (one: World) => standing(one.follows, rows, 'people', isOwn);
  expect(kept(rows)).toEqual(kept(world));
  expect([...rows.reports.keys()].sort()).toEqual(
    [...world.reports.values()]
      .filter(({ reporter }) => rows.people.has(reporter))
      .map(({ id }) => id)
      .sort(),
  );

  rows.gone = world.gone;
  for (const viewer of [...[...rows.people.values()].slice(0, VIEWERS), undefined]) {
    const look = { ...crowd, world: rows, viewer: viewer?.id ?? null };
    await expectReads(allReads(look, 3), viewer?.token, new Map());
  }
}
