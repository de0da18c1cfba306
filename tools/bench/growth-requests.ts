// The lists and reads of the contract, and the writes that are frequent; not what is for admins, and not blocks and mutes,
// which would forbid some of these writes. A common part of a world grows with it (post 1 has everybody's vote, person 1
// everybody's follow); a rare part is as large in each. Every answer has as many rows in each, which is why a tag, two posts
// of which are in the smallest, is asked for two.
import { createHash } from 'node:crypto';
import type { Request } from './load.ts';
import { requestsWith } from './requests.ts';

export interface GrowthRequests {
  reads: Record<string, Request>;
  writes: Record<string, Request>;
}

/** A word of one post alone: world.sql gives each post two hashes. */
const RARE_WORD = createHash('md5').update('77').digest('hex');

const LONG_THREAD = 'its thread, as far as one answer goes';

/** In a world smaller than this the answer is shorter, so that growth counts from the first one that is as large. */
export const COMPARABLE_FROM: Record<string, number> = { [LONG_THREAD]: 10_000 };

/** What a request may need to know of a world. */
export interface Landmarks {
  /** The post with most replies. */
  conversation: string;
  /** A reply in it. */
  reply: string;
  /** Of the second page of the newest posts. */
  cursor: string;
}

export function growthRequests(tokens: string[], { conversation, reply, cursor }: Landmarks): GrowthRequests {
  const read = (path: string): Request => ({ method: 'GET', path });
  const readSignedIn = (path: string): Request => ({ method: 'GET', path, tokens });
  const { create, create200, vote } = requestsWith(tokens);
  return {
    reads: {
      'the newest posts': read('/posts'),
      'the newest posts, signed in': readSignedIn('/posts'),
      'the newest posts, second page': read(`/posts?cursor=${cursor}`),
      'the newest posts, counted': read('/posts?total=true'),
      'the newest posts and replies': read('/posts?replies=include'),
      'posts before a date': read('/posts?until=2026-10-31T22:00:00Z'),
      'posts by their ids': read('/posts?ids=1,{post},{post}'),
      'the posts with most votes': read('/posts?sort=top'),
      'the posts with most votes, signed in': readSignedIn('/posts?sort=top'),
      'posts with a tag': read('/posts?tag=tag7&limit=2'),
      'posts with a tag, most votes first': read('/posts?tag=tag7&sort=top&limit=2'),
      'posts of an author': read('/posts?author=77'),
      'search: a common word': read('/posts?search=work'),
      'search: a common word, signed in': readSignedIn('/posts?search=work'),
      'search: a rare word': read(`/posts?search=${RARE_WORD}`),
      'search: a word that nobody wrote': read('/posts?search=nowhere'),
      'search: a common word, most votes first': read('/posts?search=work&sort=top'),
      'search: a common word with a tag': read('/posts?search=work&tag=tag7&limit=2'),
      'search: a common word by an author': read('/posts?search=work&author=77'),
      'a feed': read('/posts/feed.atom'),
      "a person's feed": read('/users/{person}/feed.atom'),
      tags: read('/posts/tags'),
      'a timeline of 50 people': readSignedIn('/posts/timeline'),
      'your own posts': readSignedIn('/posts/mine'),
      'a post': read('/posts/{post}'),
      'a post, signed in': readSignedIn('/posts/{post}'),
      'the most popular post': read('/posts/1'),
      'its voters': read('/posts/1/votes'),
      "a post's voters": read('/posts/{post}/votes'),
      "a post's earlier versions": read('/posts/{post}/history'),
      'replies to the post with most': read(`/posts/${conversation}/replies`),
      [LONG_THREAD]: read(`/posts/${conversation}/thread`),
      'the thread of one of its replies': read(`/posts/${reply}/thread`),
      "a post's thread": read('/posts/{post}/thread'),
      people: read('/users'),
      'a profile': read('/users/{person}'),
      'your own profile': readSignedIn('/users/me'),
      "a person's posts": read('/users/{person}/posts'),
      "a person's votes": read('/users/{person}/votes'),
      'which of three posts you voted for': readSignedIn('/votes?post_ids=1,{post},{post}'),
      'the longest list of followers': read('/users/1/followers'),
      'the people whom somebody follows': read('/users/77/following'),
      'your notifications': readSignedIn('/users/me/notifications'),
      'your bookmarks': readSignedIn('/posts/bookmarks'),
      'your sessions': readSignedIn('/auth/sessions'),
    },
    writes: {
      'create a post': create,
      'create a post (200 characters)': create200,
      'reply to a post': { ...create, path: '/posts/{post}/replies' },
      'vote for a post': vote,
      'take back a vote for the most popular post, and vote again': {
        method: 'DELETE',
        path: '/votes/1',
        undo: 'PUT',
        tokens,
      },
      'bookmark a post': { method: 'PUT', path: '/posts/{post}/bookmark', tokens },
      'follow a person, and unfollow': {
        method: 'PUT',
        path: '/users/{person}/follow',
        undo: 'DELETE',
        tokens,
      },
    },
  };
}
