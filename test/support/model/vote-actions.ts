// What somebody does with a post that they read: the request, and the rules of the contract.
import { type Action, NO_CONTENT } from './action';
import { countVotes } from './views';
import type { World } from './world';

const whyNoVote = (world: World, me: number, id: number) => {
  const post = world.published(id);
  if (!post) return 'post_not_found';
  return world.isBlocked(me, post.owner) ? 'blocked' : undefined;
};

export const vote = (world: World, me: number, id: number): Action => ({
  call: `PUT /votes/${id}`,
  refusal: () => whyNoVote(world, me, id),
  apply() {
    world.votes.add(me, id);
    return { status: 200, body: { post_id: id, votes: countVotes(world, id) } };
  },
});

export const withdrawVote = (world: World, me: number, id: number): Action => ({
  call: `DELETE /votes/${id}`,
  refusal: () => (world.published(id) ? undefined : 'post_not_found'),
  apply() {
    world.votes.remove(me, id);
    return NO_CONTENT;
  },
});

/** The same, but a second vote or the withdrawal of none is refused. */
export const voteOnce = (world: World, me: number, id: number, dir: 0 | 1): Action => ({
  call: 'POST /votes',
  json: { post_id: id, dir },
  refusal() {
    const why = dir === 1 ? whyNoVote(world, me, id) : withdrawVote(world, me, id).refusal();
    if (why) return why;
    if (dir === 1) return world.votes.has(me, id) ? 'already_voted' : undefined;
    return world.votes.has(me, id) ? undefined : 'vote_not_found';
  },
  apply() {
    if (dir === 1) world.votes.add(me, id);
    else world.votes.remove(me, id);
    const message = dir === 1 ? 'Vote added.' : 'Vote withdrawn.';
    return { status: 201, body: { message, post_id: id, dir, votes: countVotes(world, id) } };
  },
});

export const bookmark = (world: World, me: number, id: number, method: 'PUT' | 'DELETE'): Action => ({
  call: `${method} /posts/${id}/bookmark`,
  refusal: () => (world.visible(id, me) ? undefined : 'post_not_found'),
  apply() {
    if (method === 'PUT') world.bookmarks.add(me, id);
    else world.bookmarks.remove(me, id);
    return NO_CONTENT;
  },
});
