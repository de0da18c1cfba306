import { z } from '@hono/zod-openapi';
import { MENTIONS_MAX } from './content';
import { NEW_POST, POST, POST_CHANGE, REPLY } from './examples';
import { PageQuery, pageQuery } from './page';
import { TAGS_MAX } from './tags';
import { optionalLineOf, searchOf, tag, textOf } from './texts';
import { Since, Until } from './time-bounds';
import { PersonRef } from './user';
import { Count, Flag, Id, IdList, listOf, Timestamp } from './values';

const TITLE_MAX = 200;
const CONTENT_MAX = 10_000;
/** A search costs time that grows with the length of its word; a long one could cost seconds. */
const SEARCH_MAX = 64;

const ShownTags = z.array(z.string()).openapi({
  example: POST.tags,
  description: `Those that were given, and then the hashtags of the content: ${TAGS_MAX} at most.`,
});

const Mentions = z.array(z.object({ id: Id, username: z.string() })).openapi({
  example: POST.mentions,
  description: 'Whom the content mentions, in order of first appearance, by the names that they have now.',
});

/** A post as the API answers it: Postgres builds the JSON. */
export const Post = z
  .object({
    id: Id,
    title: z.string().nullable().openapi({ example: POST.title }),
    content: z.string().openapi({ example: POST.content }),
    published: z
      .boolean()
      .openapi({ example: true, description: 'False for a draft, which only its owner can see.' }),
    parent_id: Id.nullable().openapi({
      example: null,
      description: 'The id of the post that this one replies to. Null if it is not a reply.',
    }),
    tags: ShownTags,
    mentions: Mentions,
    created_at: Timestamp.openapi({ description: 'When the post or its draft was created.' }),
    published_at: Timestamp.nullable().openapi({
      description:
        'When it was first published. Null if it never was. Posts are sorted and filtered by this time.',
    }),
    edited_at: Timestamp.nullable().openapi({
      example: null,
      description: 'When it was last changed. Null if it never was.',
    }),
    owner_id: Id,
    owner: z.object({ id: Id, username: z.string(), avatar_url: z.string().nullable() }),
    votes: Count,
    replies: Count,
    viewer: z.object({ voted: z.boolean(), bookmarked: z.boolean() }).nullable().openapi({
      description: 'Whether you voted for it, and whether you bookmarked it. Null if you are not signed in.',
    }),
  })
  .openapi('Post', { example: POST });
export type Post = z.infer<typeof Post>;

const Title = optionalLineOf(TITLE_MAX).openapi({
  example: NEW_POST.title,
  description: 'One line. Optional: a post without a title is a note.',
});

const Content = textOf(CONTENT_MAX).openapi({
  example: NEW_POST.content,
  description: `\`@username\` mentions a user, and \`#tag\` tags the post, but not in URLs, email addresses or code between backticks, nor right after a letter, a digit or \`_\`. \`＠\` and \`＃\` are the same as \`@\` and \`#\`. A name that nobody has is plain text, and so are \`@ann@host\` and \`@ann.host\`; the first ${MENTIONS_MAX} names are looked up. A hashtag is written as a tag is, contains a letter, and does not end with a dash; hashtags for which \`tags\` leaves no room are plain text.`,
});

const Published = z.boolean().openapi({
  description: 'False makes it a draft, which only you can see.',
});

export const Tag = tag().openapi({ example: 'trains' });

const Tags = listOf(Tag, TAGS_MAX).openapi({
  description: 'Stored in lower case and without duplicates. The hashtags of the content are added to them.',
  example: NEW_POST.tags,
});

/**
 * A key that may be left out. Not `default`, which generators of clients read as a promise that the key is always there
 * (openapi-typescript), also in a request.
 */
const optional = <Value extends z.ZodType>(schema: Value, fallback: z.output<Value>) =>
  schema.optional().transform((value) => value ?? fallback);

export const NewPost = z
  .object({
    content: Content,
    title: optional(Title, null),
    published: optional(
      Published.openapi({
        description: 'True if you leave it out. False makes it a draft, which only you can see.',
      }),
      true,
    ),
    parent_id: optional(
      Id.nullable().openapi({ description: 'The id of the post to reply to.', example: null }),
      null,
    ),
    tags: optional(Tags, []),
  })
  .openapi('NewPost');
export type NewPost = z.infer<typeof NewPost>;

/** A whole post: keys that are left out get their defaults, as in a new one. */
export const PostReplacement = NewPost.omit({ parent_id: true }).openapi('PostReplacement');

export const PostPatch = z
  .object({ content: Content, title: Title, published: Published, tags: Tags })
  .partial()
  .openapi('PostPatch', { example: POST_CHANGE });
export type PostPatch = z.infer<typeof PostPatch>;

/** `exclude`: top-level posts. `only`: replies. `include`: both. */
const repliesOf = (fallback: 'exclude' | 'include') =>
  z
    .enum(['exclude', 'include', 'only'])
    .default(fallback)
    .openapi({ description: '`exclude`: no replies. `include`: replies too. `only`: nothing but replies.' });

export const PostQuery = z.object({
  ...pageQuery,
  search: searchOf(SEARCH_MAX).optional().openapi({
    description: 'Posts whose title or content contains this text, ignoring case. There are no wildcards.',
    example: 'night train',
  }),
  search_in: z.literal('title').optional().openapi({ description: 'Search only titles.', example: 'title' }),
  author: PersonRef.optional().openapi({
    example: 'mira',
    description: 'Posts by this user: an id or a username.',
  }),
  tag: Tag.optional().openapi({ description: 'Posts that have this tag.' }),
  since: Since.optional(),
  until: Until.optional(),
  ids: IdList.optional().openapi({
    description:
      'Only the posts with these ids, all at once unless `limit` is sent. Posts that do not exist are left out.',
  }),
  replies: repliesOf('exclude'),
  sort: z
    .enum(['new', 'top'])
    .default('new')
    .openapi({ description: '`new`: by time of publication. `top`: by number of votes.' }),
});
export type PostQuery = z.infer<typeof PostQuery>;

export const TimelineQuery = z.object({
  ...pageQuery,
  include_self: Flag.default(false).openapi({
    type: 'boolean',
    default: false,
    description: 'Whether to include your own posts.',
  }),
  replies: repliesOf('exclude'),
});

export const OwnPostQuery = z.object({
  ...pageQuery,
  published: Flag.optional().openapi({
    type: 'boolean',
    description: '`true`: only published posts. `false`: only drafts. Left out: both.',
    example: false,
  }),
});

export const PersonPostQuery = z.object({
  ...pageQuery,
  include_replies: Flag.default(false).openapi({
    type: 'boolean',
    default: false,
    description: 'Whether to include replies.',
  }),
});

/** The order is always the most used first. */
export const TagQuery = PageQuery.omit({ order: true });

/** A tag, and how many published posts carry it. */
export const TagCount = z
  .object({ tag: z.string().openapi({ example: 'databases' }), posts: Count })
  .openapi('TagCount');
export type TagCount = z.infer<typeof TagCount>;

/** A post before an edit. */
export const PostVersion = z
  .object({
    version: z.int().min(1).openapi({ example: 1 }),
    title: z.string().nullable().openapi({ example: POST.title }),
    content: z.string().openapi({ example: POST.content }),
    tags: ShownTags,
    mentions: Mentions,
    created_at: Timestamp.openapi({ description: 'When this version was created.' }),
  })
  .openapi('PostVersion');
export type PostVersion = z.infer<typeof PostVersion>;

export const Thread = z
  .object({
    ancestors: z.array(Post).openapi({
      description: 'The posts above it, from the first post of the thread to the parent.',
      example: [],
    }),
    post: Post,
    descendants: z
      .array(Post)
      .openapi({ description: 'All replies below it, oldest first.', example: [REPLY] }),
    truncated: z.object({ ancestors: z.boolean(), descendants: z.boolean() }).openapi({
      description: 'Whether there are more ancestors, or more descendants, than are listed here.',
      example: { ancestors: false, descendants: false },
    }),
  })
  .openapi('Thread');
export type Thread = z.infer<typeof Thread>;

export const NewReply = NewPost.omit({ parent_id: true }).openapi('NewReply');
