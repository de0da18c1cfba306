import { z } from '@hono/zod-openapi';
import { FEED } from './examples';
import { PageQuery } from './page';
import { Tag } from './post';

export const Feed = z.string().openapi('Feed', { example: FEED, description: 'An Atom feed (RFC 4287).' });

/** The order is always the newest first. */
export const FeedQuery = PageQuery.pick({ limit: true, cursor: true });

export const TaggedFeedQuery = FeedQuery.extend({
  tag: Tag.optional().openapi({ description: 'Posts that have this tag.' }),
});
