import { createRoute } from '@hono/zod-openapi';
import { callAs } from '../db/database';
import type { VoteChange } from '../db/json';
import { createRouter } from '../http/context';
import { jsonBody, jsonResponse, problems } from '../http/contract';
import { Problem } from '../problems';
import { Vote, VoteCount, VotedPostParam, VotedPosts, VotedQuery, VoteReceipt } from '../schemas/vote';
import { signedIn } from '../security/guard';

const tags = ['votes'];

export const votes = createRouter();

/** Throws a 404 if there was no post to vote for, and a 403 if its owner or the caller blocks the other. */
function requirePost(change: VoteChange | 'blocked' | null, id: number): VoteChange {
  if (change === 'blocked') throw new Problem('blocked');
  if (!change) throw new Problem('post_not_found', `There is no post ${id} to vote for.`);
  return change;
}

votes.openapi(
  createRoute({
    method: 'post',
    path: '/',
    operationId: 'vote',
    summary: 'Add or withdraw a vote',
    description:
      '`dir` 1 adds your vote, 0 withdraws it; the response has the new count. Voting twice is 409 `already_voted`; withdrawing a vote that does not exist is 404 `vote_not_found`; voting while the owner of the post or you block the other is 403 `blocked`. `PUT` and `DELETE /votes/{post_id}` do the same without the errors 409 and `vote_not_found`.',
    tags,
    ...signedIn,
    request: { body: jsonBody(Vote) },
    responses: { 201: jsonResponse(VoteReceipt, 'The vote was added or withdrawn') },
    ...problems('post_not_found', 'vote_not_found', 'already_voted', 'blocked'),
  }),
  async (c) => {
    const { post_id, dir } = c.req.valid('json');
    const name = dir === 1 ? 'add_vote' : 'remove_vote';
    const change = await callAs(c.get('db'), c.get('caller'), name, { post: post_id });
    const { changed, votes } = requirePost(change, post_id);
    if (!changed && dir === 1)
      throw new Problem('already_voted', `You have already voted for post ${post_id}.`);
    if (!changed) throw new Problem('vote_not_found', `You have not voted for post ${post_id}.`);
    return c.json({ message: dir === 1 ? 'Vote added.' : 'Vote withdrawn.', post_id, dir, votes }, 201);
  },
);

votes.openapi(
  createRoute({
    method: 'get',
    path: '/',
    operationId: 'listVotedPosts',
    summary: 'Check which posts you voted for',
    description:
      'Takes up to 100 ids as `post_ids` and returns those of the posts that you voted for. Posts that do not exist are left out.',
    tags,
    ...signedIn,
    request: { query: VotedQuery },
    responses: { 200: jsonResponse(VotedPosts, 'The ids of the posts that you voted for') },
  }),
  async (c) => {
    const posts = c.req.valid('query').post_ids;
    const voted = await callAs(c.get('db'), c.get('caller'), 'list_voted_posts', { posts });
    return c.json({ data: voted }, 200);
  },
);

votes.openapi(
  createRoute({
    method: 'put',
    path: '/{post_id}',
    operationId: 'addVote',
    summary: 'Vote for a post',
    description:
      'Returns the new number of votes. Idempotent: voting again changes nothing. 403 `blocked` while the owner of the post or you block the other.',
    tags,
    ...signedIn,
    request: { params: VotedPostParam },
    responses: { 200: jsonResponse(VoteCount, 'You have voted for this post') },
    ...problems('post_not_found', 'blocked'),
  }),
  async (c) => {
    const { post_id } = c.req.valid('param');
    const change = await callAs(c.get('db'), c.get('caller'), 'add_vote', { post: post_id });
    const { votes } = requirePost(change, post_id);
    return c.json({ post_id, votes }, 200);
  },
);

votes.openapi(
  createRoute({
    method: 'delete',
    path: '/{post_id}',
    operationId: 'removeVote',
    summary: 'Withdraw a vote',
    description:
      'Idempotent: withdrawing a vote that does not exist changes nothing. While a post is a draft again, your vote for it does not count and cannot be withdrawn (404); it counts again once the post is published.',
    tags,
    ...signedIn,
    request: { params: VotedPostParam },
    responses: { 204: { description: 'You have no vote for this post' } },
    ...problems('post_not_found'),
  }),
  async (c) => {
    const { post_id } = c.req.valid('param');
    requirePost(await callAs(c.get('db'), c.get('caller'), 'remove_vote', { post: post_id }), post_id);
    return c.body(null, 204);
  },
);
