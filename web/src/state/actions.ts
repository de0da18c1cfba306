import { type AnyAnswer, type Post, type User, unwrap } from '../../../client/index.ts';
import { api, sentenceOf } from '../api.ts';
import { changePost, changeUser, client } from '../queries.ts';
import { words } from '../words.ts';
import { say } from './notes.ts';

/** The changes that are under way. A second click on the same button does nothing until the first is answered. */
const underway = new Set<string>();

async function once(name: string, work: () => Promise<unknown>): Promise<void> {
  if (underway.has(name)) return;
  underway.add(name);
  try {
    await work();
  } finally {
    underway.delete(name);
  }
}

/** Shows a change at once, and takes it back if the request fails. */
const toggle = (
  name: string,
  isOn: boolean,
  show: (isOn: boolean) => void,
  send: () => Promise<unknown>,
  failed: (why: string) => string,
): Promise<void> =>
  once(name, async () => {
    show(isOn);
    try {
      await send();
    } catch (error) {
      show(!isOn);
      say(failed(sentenceOf(error)), { isError: true });
    }
  });

/** Sets what one says of a post or a person, or takes it back. */
const putOrDelete = <Input>(
  call: Record<'$put' | '$delete', (input: Input) => Promise<AnyAnswer>>,
  input: Input,
  isOn: boolean,
) => unwrap<AnyAnswer>(isOn ? call.$put(input) : call.$delete(input));

export function toggleVote({ id, viewer }: Post): Promise<void> {
  const voted = !viewer?.voted;
  const show = (isVoted: boolean) =>
    changePost(id, (post) => ({
      ...post,
      votes: post.votes + (isVoted ? 1 : -1),
      viewer: { bookmarked: false, ...post.viewer, voted: isVoted },
    }));
  const send = async () => {
    const param = { post_id: id };
    if (voted) {
      const { votes } = await unwrap(api.votes[':post_id'].$put({ param }));
      changePost(id, (post) => ({ ...post, votes }));
    } else await unwrap(api.votes[':post_id'].$delete({ param }));
    client.invalidateQueries({ queryKey: ['votes-of'] });
  };
  return toggle(`vote-${id}`, voted, show, send, words.post.voteFailed);
}

export function toggleBookmark({ id, viewer }: Post): Promise<void> {
  const bookmarked = !viewer?.bookmarked;
  const show = (isBookmarked: boolean) =>
    changePost(id, (post) => ({
      ...post,
      viewer: { voted: false, ...post.viewer, bookmarked: isBookmarked },
    }));
  const send = async () => {
    const call = api.posts[':id'].bookmark;
    const input = { param: { id } };
    await putOrDelete(call, input, bookmarked);
    // On the page of bookmarks the post stays until the next visit, so that it can be taken back.
    client.invalidateQueries({ queryKey: ['bookmarks'], refetchType: 'none' });
  };
  return toggle(`bookmark-${id}`, bookmarked, show, send, words.post.bookmarkFailed);
}

/** Stands in where a user has no `viewer`. */
const EMPTY_VIEWER = { following: false, followed_by: false, blocking: false, muting: false };

export function toggleFollow({ id, viewer }: User): Promise<void> {
  const following = !viewer?.following;
  const show = (isFollowed: boolean) =>
    changeUser(id, (user) => ({
      ...user,
      followers: user.followers + (isFollowed ? 1 : -1),
      viewer: { ...EMPTY_VIEWER, ...user.viewer, following: isFollowed },
    }));
  const send = async () => {
    const call = api.users[':user'].follow;
    const input = { param: { user: String(id) } };
    await putOrDelete(call, input, following);
    for (const key of ['followers', 'following', 'timeline', 'me'])
      client.invalidateQueries({ queryKey: [key] });
  };
  return toggle(`follow-${id}`, following, show, send, words.person.failed);
}

const HIDING = {
  block: { key: 'blocking', list: 'blocks' },
  mute: { key: 'muting', list: 'mutes' },
} as const;

/** Blocks or mutes somebody, or no longer. */
export function toggleHiding(how: keyof typeof HIDING, { id, username, viewer }: User): Promise<void> {
  const { key, list } = HIDING[how];
  const hides = !viewer?.[key];
  const show = (isHidden: boolean) =>
    changeUser(id, (user) => ({ ...user, viewer: { ...EMPTY_VIEWER, ...user.viewer, [key]: isHidden } }));
  const send = async () => {
    const call = api.users[':user'][how];
    const input = { param: { user: String(id) } };
    await putOrDelete(call, input, hides);
    say(words.person.hidingDone[how](username, hides));
    // What is hidden may stand anywhere. In the list of those who are hidden the person stays until the next visit.
    client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== list });
    client.invalidateQueries({ queryKey: [list], refetchType: 'none' });
  };
  return toggle(`${how}-${id}`, hides, show, send, words.person.failed);
}

/** Does the work, or says why that failed. Returns whether it is done. */
export async function orSay(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    say(sentenceOf(error), { isError: true });
    return false;
  }
}

/** Takes a post that was deleted out of what is held. */
export function forgetPost({ id, parent_id }: Post): void {
  changePost(id, () => undefined);
  if (parent_id !== null)
    changePost(parent_id, (parent) => ({ ...parent, replies: Math.max(0, parent.replies - 1) }));
  for (const key of ['thread', 'me', 'user', 'drafts', 'tags']) client.invalidateQueries({ queryKey: [key] });
}

/** Returns whether the post is deleted; says why if it is not. */
export async function removePost(post: Post): Promise<boolean> {
  const remove = () => unwrap(api.posts[':id'].$delete({ param: { id: post.id } }));
  if (!(await orSay(remove))) return false;
  forgetPost(post);
  say(words.post.removed);
  return true;
}
