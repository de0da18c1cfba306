import { createRoute } from '@hono/zod-openapi';
import { addVote, listVotedPosts, removeVote, type VoteChange } from '../db/votes';
import { createRouter } from '../http/context';
import { jsonBody, jsonResponse, problems } from '../http/contract';
import { Problem } from '../problems';
import { Vote, VoteCount, VotedPostParam, VotedPosts, VotedQuery, VoteReceipt } from '../schemas/vote';
import { signedIn } from '../security/guard';

const tags = ['votes'];

export const votes = createRouter();

function postOf(change: VoteChange | undefined, id: number): VoteChange {
  if (!change) throw new Problem('post_not_found', `There is no post ${id} to vote for.`);
  return change;
}

votes.openapi(
  createRoute({
    method: 'post',
    path: '/',
    operationId: 'vote',
    summary: 'Vote, or withdraw a vote',
    description:
      '`dir` 1 adds the vote, 0 withdraws it, and the answer counts the votes after that. Doing either twice is an error (409 `already_voted`, 404 `vote_not_found`); `PUT` and `DELETE /votes/{post_id}` do the same and mind no repetition.',
    tags,
    ...signedIn,
    request: { body: jsonBody(Vote) },
    responses: { 201: jsonResponse(VoteReceipt, 'Done') },
    ...problems('post_not_found', 'vote_not_found', 'already_voted'),
  }),
  async (c) => {
    const { post_id, dir } = c.req.valid('json');
    const change = dir === 1 ? addVote : removeVote;
    const { changed, votes } = postOf(await change(c.var.db, c.var.caller, post_id), post_id);
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
    summary: 'Which of these posts you voted for',
    description:
      'For a page that shows many posts at once: those among `post_ids`, up to 100, that you voted for. Posts that do not exist are left out.',
    tags,
    ...signedIn,
    request: { query: VotedQuery },
    responses: { 200: jsonResponse(VotedPosts, 'The ids among them') },
  }),
  async (c) => {
    const voted = await listVotedPosts(c.var.db, c.var.caller, c.req.valid('query').post_ids);
    return c.json({ data: voted }, 200);
  },
);

votes.openapi(
  createRoute({
    method: 'put',
    path: '/{post_id}',
    operationId: 'addVote',
    summary: 'Vote for a post',
    description: 'Answers the count of votes after that. Idempotent: voting again changes nothing.',
    tags,
    ...signedIn,
    request: { params: VotedPostParam },
    responses: { 200: jsonResponse(VoteCount, 'Your vote stands') },
    ...problems('post_not_found'),
  }),
  async (c) => {
    const { post_id } = c.req.valid('param');
    const { votes } = postOf(await addVote(c.var.db, c.var.caller, post_id), post_id);
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
      'Idempotent: there is no vote of yours afterwards, whether there was one or not. While its author hides a post, your vote for it counts nowhere and can not be withdrawn (404); it stands again when the post is published again.',
    tags,
    ...signedIn,
    request: { params: VotedPostParam },
    responses: { 204: { description: 'No vote stands' } },
    ...problems('post_not_found'),
  }),
  async (c) => {
    const { post_id } = c.req.valid('param');
    postOf(await removeVote(c.var.db, c.var.caller, post_id), post_id);
    return c.body(null, 204);
  },
);
