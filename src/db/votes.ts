import type { User } from '../schemas/user';
import { type Caller, callAs, type Database } from './database';
import { BY_TIME, listPage, type Page, type PageRequest } from './page';

/** `votes` is the post's exact count after the change. */
export interface VoteChange {
  changed: boolean;
  votes: number;
}

/** Null when there is no such post to vote for; `blocked` if the caller or its owner blocks the other. */
export const addVote = (db: Database, caller: Caller, post: number): Promise<VoteChange | 'blocked' | null> =>
  callAs(db, caller, 'add_vote', { post });

/** Null when there is no such post to take a vote from. */
export const removeVote = (db: Database, caller: Caller, post: number): Promise<VoteChange | null> =>
  callAs(db, caller, 'remove_vote', { post });

/** Resolves to those of `posts` that the caller voted for. */
export const listVotedPosts = (db: Database, caller: Caller, posts: number[]): Promise<number[]> =>
  callAs(db, caller, 'list_voted_posts', { posts });

/** Who voted for a post, the latest vote first; null when the post does not exist for the caller. */
export const findVoters = (
  db: Database,
  caller: Caller,
  post: number,
  page: PageRequest,
): Promise<Page<User> | null> => listPage(db, caller, 'list_voters', BY_TIME, page, { post });
