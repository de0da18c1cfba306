import { z } from '@hono/zod-openapi';
import { VOTE } from './examples';
import { Count, Id, IdList, IdParam, numberAmong } from './values';

export const Vote = z
  .object({
    post_id: Id.openapi({ example: VOTE.post_id }),
    dir: numberAmong([0, 1], 'must be 1 to vote or 0 to withdraw').openapi({
      example: 1,
      description: '1 adds the vote, 0 withdraws it.',
    }),
  })
  .openapi('Vote');

export const VoteReceipt = z
  .object({
    message: z.string().openapi({ example: 'Vote added.' }),
    post_id: Id.openapi({ example: VOTE.post_id }),
    dir: z.int().min(0).max(1).openapi({ example: 1 }),
    votes: Count.openapi({
      example: VOTE.votes,
      description: 'The number of votes after this change.',
    }),
  })
  .openapi('VoteReceipt');

export const VoteCount = z
  .object({ post_id: Id.openapi({ example: VOTE.post_id }), votes: Count.openapi({ example: VOTE.votes }) })
  .openapi('VoteCount');

export const VotedQuery = z.object({ post_ids: IdList });

export const VotedPosts = z
  .object({
    data: z.array(Id).openapi({ description: 'Those of `post_ids` that you voted for.', example: [1, 2] }),
  })
  .openapi('VotedPosts');

export const VotedPostParam = z.object({
  post_id: IdParam.shape.id.openapi({ example: VOTE.post_id, param: { name: 'post_id', in: 'path' } }),
});
