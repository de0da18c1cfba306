import { z } from '@hono/zod-openapi';
import { PageQuery, pageQuery } from './page';
import { PersonRef } from './user';
import { Count, Flag, Id, IdList, Moment, Since, textOf, Until } from './values';

export const IDEMPOTENCY_KEY = '7c1f0b52-1d9b-4a86-9a3e-5f0c1c1b7a10';
const TITLE_MAX = 200;
const CONTENT_MAX = 10_000;
const TAGS_MAX = 10;
/** Comparing takes time that grows with the word and the text: a long word could be made to cost seconds. */
const SEARCH_MAX = 64;

/** The examples are of the world that `ledge seed` makes, so that whoever tries them out finds what they say. */
const NIGHT_TRAIN = {
  id: 1,
  title: 'The night train to Narvik',
  content:
    'Twenty hours, one window, and a thermos that held. Somewhere past midnight the trees simply stop. If you can, take the lower bunk: you see the snow at eye level.',
  published: true,
  parent_id: null,
  tags: ['travel', 'trains'],
  created_at: '2026-08-23T05:36:00.000Z',
  published_at: '2026-08-23T05:36:00.000Z',
  edited_at: null,
  owner_id: 1,
  owner: { id: 1, username: 'mira', avatar_url: null },
  votes: 7,
  replies: 3,
  viewer: { voted: true },
};

const FIRST_REPLY = {
  ...NIGHT_TRAIN,
  id: 2,
  title: null,
  content: 'My grandmother said exactly this.',
  parent_id: 1,
  tags: [],
  created_at: '2026-08-23T07:20:00.000Z',
  published_at: '2026-08-23T07:20:00.000Z',
  owner_id: 12,
  owner: { id: 12, username: 'ingrid', avatar_url: null },
  votes: 2,
  replies: 1,
};

/** What the examples write. */
const SLOW_TRAIN = {
  title: 'The slow train to Bodø',
  content: 'Ten hours, and the sea on the left for most of them.',
  tags: ['travel', 'trains'],
};
const RETITLED = { title: 'The night train to Narvik, once more' };
const NOW = '2026-11-20T09:30:00.000Z';

/** What becomes of it. */
export const CREATED_POST = {
  ...NIGHT_TRAIN,
  ...SLOW_TRAIN,
  id: 249,
  created_at: NOW,
  published_at: NOW,
  votes: 0,
  replies: 0,
  viewer: { voted: false },
};
export const CREATED_REPLY = { ...CREATED_POST, parent_id: NIGHT_TRAIN.id };
export const REPLACED_POST = { ...NIGHT_TRAIN, ...SLOW_TRAIN, edited_at: NOW };
export const EDITED_POST = { ...NIGHT_TRAIN, ...RETITLED, edited_at: NOW };

export const Post = z
  .object({
    id: Id,
    title: z.string().nullable().openapi({ example: NIGHT_TRAIN.title }),
    content: z.string().openapi({ example: NIGHT_TRAIN.content }),
    published: z
      .boolean()
      .openapi({ example: true, description: 'False for a draft, which only its owner sees.' }),
    parent_id: Id.nullable().openapi({ example: null, description: 'The post that this one replies to.' }),
    tags: z.array(z.string()).openapi({ example: NIGHT_TRAIN.tags }),
    created_at: Moment.openapi({ description: 'When it was written, as a draft or not.' }),
    published_at: Moment.nullable().openapi({
      description:
        'When it was first published; null for a draft that never was. Lists, the timeline, `since` and `until` go by it.',
    }),
    edited_at: Moment.nullable().openapi({
      example: null,
      description: 'When it was last changed or published; null if it never was changed.',
    }),
    owner_id: Id,
    owner: z.object({ id: Id, username: z.string(), avatar_url: z.string().nullable() }),
    votes: Count,
    replies: Count,
    viewer: z
      .object({ voted: z.boolean() })
      .nullable()
      .openapi({ description: 'Whether the caller voted for it. Null if the caller is not signed in.' }),
  })
  .openapi('Post', { example: NIGHT_TRAIN });

const Title = textOf(TITLE_MAX)
  .nullable()
  .openapi({ example: SLOW_TRAIN.title, description: 'A post without one is a note.' });
const Content = textOf(CONTENT_MAX).openapi({ example: SLOW_TRAIN.content });
const Published = z.boolean().openapi({
  description: 'False makes it a draft, which only you see.',
});

/**
 * A tag as it is stored and asked for. The lower case of `İ` alone is more than one character (Unicode's
 * SpecialCasing.txt): its dot goes, and what is left is a letter again. Marks belong to their
 * letter: Hindi and Thai write vowels with them.
 */
const folded = (tag: string) => tag.toLowerCase().replaceAll('i\u0307', 'i').normalize('NFC');

export const Tag = z
  .string()
  .trim()
  .transform(folded)
  .pipe(
    z.string().regex(/^(?=.{1,50}$)(?:\p{L}\p{M}*|[\p{N}_-])+$/u, {
      error: 'must be 1 to 50 letters, digits, - or _',
    }),
  )
  .openapi({ type: 'string', minLength: 1, maxLength: 50, example: 'trains' });

const Tags = z
  .array(Tag)
  .max(TAGS_MAX)
  .transform((tags) => [...new Set(tags)])
  .openapi({ description: 'Stored in lower case, each once.', example: SLOW_TRAIN.tags });

export const NewPost = z
  .object({
    content: Content,
    title: Title.default(null),
    published: Published.default(true),
    parent_id: Id.nullable().default(null).openapi({ description: 'The post to reply to.', example: null }),
    tags: Tags.default([]),
  })
  .openapi('NewPost');

/** The whole of a post: what is left out takes its default, as it would in a new one. */
export const PostReplacement = NewPost.omit({ parent_id: true }).openapi('PostReplacement');

export const PostPatch = z
  .object({ content: Content, title: Title, published: Published, tags: Tags })
  .partial()
  .openapi('PostPatch', { example: RETITLED });

/** `exclude`: top-level posts. `only`: replies. `include`: both. */
const repliesOf = (fallback: 'exclude' | 'include') =>
  z
    .enum(['exclude', 'include', 'only'])
    .default(fallback)
    .openapi({ description: 'Whether replies are listed: `exclude` them, `include` them, or `only` them.' });

/** Control characters are signs of the index, which would find them everywhere. */
const SearchWord = textOf(SEARCH_MAX).refine((word) => !/\p{Cc}/u.test(word), {
  error: 'must not hold control characters',
  params: { code: 'invalid_characters' },
});

export const PostQuery = z.object({
  ...pageQuery,
  search: SearchWord.optional().openapi({
    description: 'A part of the title or the content, ignoring case. `%` and `_` are plain characters.',
    example: 'night train',
  }),
  search_in: z
    .literal('title')
    .optional()
    .openapi({ description: 'Search the titles only.', example: 'title' }),
  author: PersonRef.optional().openapi({
    example: 'mira',
    description: 'Posts by this user: an id or a username.',
  }),
  tag: Tag.optional().openapi({ description: 'Posts that have this tag.' }),
  since: Since.optional(),
  until: Until.optional(),
  ids: IdList.optional().openapi({ description: 'Only these posts; those that do not exist are left out.' }),
  replies: repliesOf('exclude'),
  sort: z.enum(['new', 'top']).default('new').openapi({ description: 'By time, or by votes.' }),
});

export const TimelineQuery = z.object({
  ...pageQuery,
  include_self: Flag.default(false).openapi({
    type: 'boolean',
    default: false,
    description: 'Include your own posts.',
  }),
  replies: repliesOf('exclude'),
});

export const PersonPostQuery = z.object({
  ...pageQuery,
  include_replies: Flag.default(false).openapi({
    type: 'boolean',
    default: false,
    description: 'Include replies.',
  }),
});

/** Most used first, and no other way. */
export const TagQuery = PageQuery.omit({ order: true });

export const TagCount = z
  .object({ tag: z.string().openapi({ example: 'databases' }), posts: Count })
  .openapi('TagCount');

export const PostVersion = z
  .object({
    version: z.int().min(1).openapi({ example: 1 }),
    title: z.string().nullable().openapi({ example: NIGHT_TRAIN.title }),
    content: z.string().openapi({ example: NIGHT_TRAIN.content }),
    tags: z.array(z.string()).openapi({ example: NIGHT_TRAIN.tags }),
    created_at: Moment.openapi({ description: 'When it was written.' }),
  })
  .openapi('PostVersion');

export const Thread = z
  .object({
    ancestors: z
      .array(Post)
      .openapi({ description: 'From the first post of the thread to the parent.', example: [] }),
    post: Post,
    descendants: z
      .array(Post)
      .openapi({ description: 'All replies beneath it, oldest first.', example: [FIRST_REPLY] }),
    truncated: z.object({ ancestors: z.boolean(), descendants: z.boolean() }).openapi({
      description: 'Whether there are more ancestors, or more descendants, than are listed here.',
      example: { ancestors: false, descendants: false },
    }),
  })
  .openapi('Thread');

export const NewReply = NewPost.omit({ parent_id: true }).openapi('NewReply');
