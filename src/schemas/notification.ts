import { z } from '@hono/zod-openapi';
import { NOTIFICATION, READ_MARK } from './examples';
import { pageQuery } from './page';
import { Post } from './post';
import { Moment } from './time-bounds';
import { User } from './user';
import { Timestamp } from './values';

const USERS_SHOWN = 5;
const COUNT_MAX = 100;

const Kind = z.enum(['reply', 'mention', 'follow', 'vote']);

/** What happened to somebody; the votes of a day for one post are one. */
export const Notification = z
  .object({
    kind: Kind,
    at: Timestamp.openapi({
      description:
        'When it happened: for a reply or a mention, when the post was first published; for votes, the latest of them.',
    }),
    // Who replied, mentioned you, followed you, or voted last.
    user: User,
    users: z.array(User).openapi({
      description: `The latest ${USERS_SHOWN} who voted, latest first. Otherwise only \`user\`.`,
    }),
    count: z
      .int()
      .min(1)
      .max(COUNT_MAX)
      .openapi({
        description: `How many users voted; ${COUNT_MAX} stands for ${COUNT_MAX} or more. Otherwise 1.`,
      }),
    post: z.union([Post, z.null()]).openapi({
      description:
        'The reply, the post that mentions you, or the post that was voted for. Null for a follow.',
    }),
    read: z.boolean(),
  })
  .openapi('Notification', { example: NOTIFICATION });
export type Notification = z.infer<typeof Notification>;

export const NotificationQuery = z.object({
  ...pageQuery,
  kind: Kind.optional().openapi({ description: 'Only notifications of this kind.', example: 'mention' }),
});

export const ReadMark = z
  .object({
    up_to: Moment.openapi({
      example: READ_MARK.up_to,
      description: 'Inclusive. A time in the future counts as now.',
    }),
  })
  .openapi('ReadMark');
