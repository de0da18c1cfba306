import type { PostQuery } from '../schemas/post';
import { BY_TIME, type Filters, justAfter, spanOf, wholeOf } from './page';

/** `kinds` of a list of posts: the values of posts.reply that are listed. */
export const REPLY_KINDS: Record<PostQuery['replies'], boolean[]> = {
  exclude: [false],
  include: [false, true],
  only: [true],
};

/** What `list_posts` filters by. `since` and `until` are the bounds of its list: `spanOf()`. */
export const filtersOf = ({
  search,
  search_in,
  author,
  tag,
  ids,
  replies,
}: PostQuery): Filters<'list_posts'> => ({
  kinds: REPLY_KINDS[replies],
  search,
  in_title: search_in === 'title',
  author,
  tag,
  ids,
});

/** What `list_top_posts` filters by. Its list is by votes, so times are filters like others; its total is counted by time. */
export const topFiltersOf = (query: PostQuery): Filters<'list_top_posts'> => ({
  ...filtersOf(query),
  since: query.since,
  until: query.until && justAfter(query.until),
  whole: query.total ? wholeOf(BY_TIME, spanOf(query)) : null,
});
