// What people do at random: mostly what may succeed, and sometimes what has to be refused.
import type { Action, Tag } from './action';
import type { Dice } from './dice';
import { notifications } from './notifications';
import { type AccountChange, avoid, deletePerson, editMe, follow, readNotifications } from './people-actions';
import { createPost, type Draft, deletePost, editPost, reply } from './post-actions';
import { changeReport, reportPerson, reportPost } from './report-actions';
import { bookmark, vote, voteOnce, withdrawVote } from './vote-actions';
import type { Deeds, Person, World } from './world';

/** All names and tags of the world have the `mark`. */
export interface Scene {
  world: World;
  dice: Dice;
  mark: string;
}

/** Somebody does something. */
interface Turn extends Scene {
  me: number;
}

const NOBODY = 'nobody_has_this_name';
/** No post and no report has it. */
export const NO_ID = 9_000_000_000;
const TITLES = [null, 'Night train', 'Über Brücken', '夜行'] as const;
const WORDS = ['A note.', 'On the night train', 'Straße und Brücke 🚂', '100%_sure'] as const;
export const SEARCHES = ['night', 'STRASSE', '夜', '%_', '🚂', 'nowhere'] as const;
const KEYS = ['k1', 'k2'] as const;
const REASONS = ['spam', 'abuse', 'illegal', 'other'] as const;

export const tagsOf = (mark: string) => ['a', 'b', 'c'].map((letter) => `${mark}${letter}`);

/** An id or a name of somebody who is there, or was. */
export function anybody({ world, dice }: Scene): string {
  const gone = dice.chance(0.06) ? dice.pick(world.gone.people) : undefined;
  const { id, username } = gone ?? (dice.pick([...world.people.values()]) as Person);
  return dice.weighted([
    [5, String(id)],
    [3, username],
    [1, username.toUpperCase()],
    [0.2, world.resting.at(-1)?.name ?? NOBODY],
  ]);
}

/** The id of a post that is there, or was: often a new one, so that there are threads and crowds. */
export function anyPost({ world, dice }: Scene): number {
  const ids = [...world.posts.keys()];
  const among = dice.chance(0.06) ? world.gone.posts : dice.chance(0.6) ? ids.slice(-12) : ids;
  return dice.pick(among) ?? dice.pick(ids) ?? NO_ID;
}

/** Mostly something that they have done, since only that can be taken back. */
function done<Other>(turn: Turn, deeds: Deeds, other: () => Other): number | Other {
  return (turn.dice.chance(0.7) && turn.dice.pick(deeds.by(turn.me))?.to) || other();
}

const votedPost = (turn: Turn) => done(turn, turn.world.votes, () => anyPost(turn));

const from = (turn: Turn, kind: 'follows' | 'blocks' | 'mutes') =>
  String(done(turn, turn.world[kind], () => anybody(turn)));

/** Often somebody who follows them, whose follow ends by that. */
const blockable = (turn: Turn) =>
  String((turn.dice.chance(0.5) && turn.dice.pick(turn.world.follows.to(turn.me))?.by) || anybody(turn));

function ownPost(turn: Turn): number {
  const own = [...turn.world.posts.values()].filter(({ owner }) => owner === turn.me);
  return (turn.dice.chance(0.9) && turn.dice.pick(own)?.id) || anyPost(turn);
}

function content(turn: Turn): string {
  const { dice, world, mark } = turn;
  const piece = () => {
    const person = dice.pick([...world.people.values()])?.username ?? NOBODY;
    const name = dice.among(person, person, person.toUpperCase(), world.resting.at(-1)?.name ?? NOBODY);
    const tag = dice.among('', '', 'New') + dice.pick(tagsOf(mark));
    return dice.weighted([
      [6, `@${name}`],
      [4, `#${tag}`],
      [1, `(@${name}, #${tag}.)`],
      [1, `\`@${name} #${tag}\``],
      [1, `x@${name}`],
      [1, '#1'],
    ]);
  };
  return [dice.pick(WORDS), ...Array.from({ length: dice.below(5) }, piece)].join(' ');
}

const draft = (turn: Turn): Draft => ({
  content: content(turn),
  ...(turn.dice.chance(0.5) && { title: turn.dice.among(...TITLES) }),
  ...(turn.dice.chance(0.3) && { published: turn.dice.chance(0.4) }),
  ...(turn.dice.chance(0.5) && { tags: turn.dice.some(tagsOf(turn.mark), 0.5) }),
});

function newPost(turn: Turn): Action {
  const { world, dice, me } = turn;
  const key = dice.chance(0.25) ? `${turn.mark} ${dice.among(...KEYS)}` : undefined;
  const kept = world.answers.find((one) => one.by === me && one.key === key);
  if (kept && dice.chance(0.7)) return createPost(world, me, JSON.parse(kept.request), key);
  const parent = dice.chance(0.5) ? anyPost(turn) : undefined;
  if (parent && !key && dice.chance(0.5)) return reply(world, me, parent, draft(turn));
  return createPost(world, me, { ...draft(turn), ...(parent && { parent_id: parent }) }, key);
}

/** Of the current version, of an earlier one, or none. */
function tag({ dice }: Turn, one: { etags: Map<number, string> } | undefined): Tag | undefined {
  const tags = [...(one?.etags ?? [])];
  return dice.among(undefined, undefined, tags.at(-1), dice.pick(tags));
}

function edit(turn: Turn): Action {
  const { world, dice, me } = turn;
  const id = ownPost(turn);
  const post = world.posts.get(id);
  const whole = { ...draft(turn), ...(post && dice.chance(0.3) && { content: post.content }) };
  if (dice.chance(0.25)) return editPost(world, me, id, 'PUT', whole, tag(turn, post));
  const part = Object.fromEntries(dice.some(Object.entries(whole), 0.5));
  const publication = dice.chance(0.4) && post && { published: !post.published };
  return editPost(world, me, id, 'PATCH', { ...part, ...publication }, tag(turn, post));
}

function removal(turn: Turn): Action {
  const id = ownPost(turn);
  return deletePost(turn.world, turn.me, id, undefined, tag(turn, turn.world.posts.get(id)));
}

function editAccount(turn: Turn): Action {
  const { world, dice, me, mark } = turn;
  const person = world.people.get(me);
  const own = person?.username ?? NOBODY;
  const names = [
    `${mark}_${dice.below(1e9)}`,
    dice.pick([...world.people.values()])?.username,
    dice.pick(world.resting)?.name,
    world.resting.findLast(({ owner }) => owner === me)?.name,
    dice.chance(0.5) ? own.toUpperCase() : own.toLowerCase(),
  ];
  const change: AccountChange = {
    ...(dice.chance(0.6) && { username: dice.pick(names) ?? own }),
    ...(dice.chance(0.4) && { bio: dice.among(null, 'Here.', 'There.') }),
    ...(dice.chance(0.3) && { avatar_url: dice.among(null, 'https://example.com/a.png') }),
  };
  return editMe(world, me, change, tag(turn, person));
}

function readSome({ world, dice, me }: Turn): Action {
  const known = notifications(world, me).filter(({ at }) => at !== '');
  return readNotifications(world, me, dice.chance(0.3) ? null : (dice.pick(known)?.at ?? null));
}

const reasonOf = ({ dice }: Turn) => ({
  reason: dice.among(...REASONS),
  ...(dice.chance(0.3) && { comment: 'Look.' }),
});

const note = ({ dice }: Turn) => (dice.chance(0.5) ? 'Seen' : undefined);

const anyReport = ({ world, dice }: Turn) => dice.pick([...world.reports.keys()]) ?? NO_ID;

function judge(turn: Turn): Action {
  const said = note(turn);
  const status = turn.dice.among('open', 'resolved', 'resolved' as const);
  return changeReport(turn.world, turn.me, anyReport(turn), { status, ...(said && { note: said }) });
}

type Weighted = (readonly [weight: number, action: (turn: Turn) => Action])[];

const ANYBODY: Weighted = [
  [18, newPost],
  [12, (turn) => vote(turn.world, turn.me, anyPost(turn))],
  [5, (turn) => withdrawVote(turn.world, turn.me, votedPost(turn))],
  [6, (turn) => voteOnce(turn.world, turn.me, anyPost(turn), 1)],
  [3, (turn) => voteOnce(turn.world, turn.me, votedPost(turn), 0)],
  [5, (turn) => bookmark(turn.world, turn.me, anyPost(turn), 'PUT')],
  [
    2,
    (turn) =>
      bookmark(
        turn.world,
        turn.me,
        done(turn, turn.world.bookmarks, () => anyPost(turn)),
        'DELETE',
      ),
  ],
  [12, (turn) => follow(turn.world, turn.me, anybody(turn), 'PUT')],
  [4, (turn) => follow(turn.world, turn.me, from(turn, 'follows'), 'DELETE')],
  [2, (turn) => avoid(turn.world, turn.me, blockable(turn), 'block', 'PUT')],
  [5, (turn) => avoid(turn.world, turn.me, from(turn, 'blocks'), 'block', 'DELETE')],
  [1.5, (turn) => avoid(turn.world, turn.me, anybody(turn), 'mute', 'PUT')],
  [3, (turn) => avoid(turn.world, turn.me, from(turn, 'mutes'), 'mute', 'DELETE')],
  [12, edit],
  [5, removal],
  [6, editAccount],
  [3, readSome],
  [2, (turn) => reportPost(turn.world, turn.me, anyPost(turn), reasonOf(turn))],
  [1, (turn) => reportPerson(turn.world, turn.me, anybody(turn), reasonOf(turn))],
  // Refused to all but admins.
  [0.3, (turn) => deletePerson(turn.world, turn.me, anybody(turn))],
  [0.3, judge],
];

const ADMIN: Weighted = [
  [1, (turn) => deletePerson(turn.world, turn.me, anybody(turn), note(turn))],
  [2, (turn) => deletePost(turn.world, turn.me, anyPost(turn), note(turn))],
  [3, judge],
];

export const randomAction = (turn: Turn): Action => turn.dice.weighted(ANYBODY)(turn);
export const randomAdminAction = (turn: Turn): Action => turn.dice.weighted(ADMIN)(turn);
