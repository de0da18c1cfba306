import { type AnyAnswer, type Post, type User, unwrap } from '../../../client/index.ts';
import { api, sentenceOf } from '../api.ts';
import { changePost, changeUser, client } from '../queries.ts';
import { words } from '../words.ts';
import { say } from './notes.ts';

/** One change of a thing at a time: a second click waits for nothing and does nothing. */
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

/** Shows the vote at once, and takes it back if the API does not take it. */
export const toggleVote = ({ id, viewer }: Post): Promise<void> =>
  once(`vote-${id}`, async () => {
    const voted = !viewer?.voted;
    const show = (isVoted: boolean) =>
      changePost(id, (post) => ({
        ...post,
        votes: post.votes + (isVoted ? 1 : -1),
        viewer: { bookmarked: false, ...post.viewer, voted: isVoted },
      }));
    show(voted);
    try {
      const param = { post_id: id };
      if (voted) {
        const { votes } = await unwrap(api.votes[':post_id'].$put({ param }));
        changePost(id, (post) => ({ ...post, votes }));
      } else await unwrap(api.votes[':post_id'].$delete({ param }));
      client.invalidateQueries({ queryKey: ['votes-of'] });
    } catch (error) {
      show(!voted);
      say(words.post.voteFailed(sentenceOf(error)), { isError: true });
    }
  });

export const toggleBookmark = ({ id, viewer }: Post): Promise<void> =>
  once(`bookmark-${id}`, async () => {
    const bookmarked = !viewer?.bookmarked;
    const show = (isBookmarked: boolean) =>
      changePost(id, (post) => ({
        ...post,
        viewer: { voted: false, ...post.viewer, bookmarked: isBookmarked },
      }));
    show(bookmarked);
    try {
      const call = api.posts[':id'].bookmark;
      const input = { param: { id } };
      if (bookmarked) await unwrap(call.$put(input));
      else await unwrap(call.$delete(input));
      // On the page of bookmarks the post stays until the next visit, so that it can be taken back.
      client.invalidateQueries({ queryKey: ['bookmarks'], refetchType: 'none' });
    } catch (error) {
      show(!bookmarked);
      say(words.post.bookmarkFailed(sentenceOf(error)), { isError: true });
    }
  });

export const toggleFollow = ({ id, viewer }: User): Promise<void> =>
  once(`follow-${id}`, async () => {
    const following = !viewer?.following;
    const show = (isFollowed: boolean) =>
      changeUser(id, (user) => ({
        ...user,
        followers: user.followers + (isFollowed ? 1 : -1),
        viewer: { followed_by: false, blocking: false, muting: false, ...user.viewer, following: isFollowed },
      }));
    show(following);
    try {
      const call = api.users[':user'].follow;
      const input = { param: { user: String(id) } };
      if (following) await unwrap(call.$put(input));
      else await unwrap(call.$delete(input));
      for (const key of ['followers', 'following', 'timeline', 'me'])
        client.invalidateQueries({ queryKey: [key] });
    } catch (error) {
      show(!following);
      say(words.person.failed(sentenceOf(error)), { isError: true });
    }
  });

const HIDING = {
  block: { key: 'blocking', list: 'blocks' },
  mute: { key: 'muting', list: 'mutes' },
} as const;

/** Blocks or mutes somebody, or no longer. Shown at once, and taken back if the API does not take it. */
export const toggleHiding = (how: keyof typeof HIDING, { id, username, viewer }: User): Promise<void> =>
  once(`${how}-${id}`, async () => {
    const { key, list } = HIDING[how];
    const hides = !viewer?.[key];
    const show = (isHidden: boolean) =>
      changeUser(id, (user) => ({
        ...user,
        viewer: {
          following: false,
          followed_by: false,
          blocking: false,
          muting: false,
          ...user.viewer,
          [key]: isHidden,
        },
      }));
    show(hides);
    try {
      const call = api.users[':user'][how];
      const input = { param: { user: String(id) } };
      if (hides) await unwrap<AnyAnswer>(call.$put(input));
      else await unwrap<AnyAnswer>(call.$delete(input));
      say(words.person.hidingDone[how](username, hides));
      // What is hidden may stand anywhere. In the list of those who are hidden the person stays until the next visit.
      client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== list });
      client.invalidateQueries({ queryKey: [list], refetchType: 'none' });
    } catch (error) {
      show(!hides);
      say(words.person.failed(sentenceOf(error)), { isError: true });
    }
  });

/** False if the API refuses, and then says why. */
export async function removePost({ id, parent_id }: Post): Promise<boolean> {
  try {
    await unwrap(api.posts[':id'].$delete({ param: { id } }));
  } catch (error) {
    say(sentenceOf(error), { isError: true });
    return false;
  }
  changePost(id, () => undefined);
  if (parent_id !== null)
    changePost(parent_id, (parent) => ({ ...parent, replies: Math.max(0, parent.replies - 1) }));
  for (const key of ['thread', 'me', 'user', 'mine', 'tags']) client.invalidateQueries({ queryKey: [key] });
  say(words.post.removed);
  return true;
}
