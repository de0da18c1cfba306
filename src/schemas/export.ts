import { z } from '@hono/zod-openapi';
import { Account } from './account';
import { Session } from './auth';
import { EXPORTED_ACCOUNT, IDEMPOTENCY_KEY } from './examples';
import { Post } from './post';
import { AuditEntry, Report } from './report';
import { Id, Timestamp } from './values';

const ofPosts = z.array(z.object({ post_id: Id, created_at: Timestamp }));
const relation = z.array(z.object({ user_id: Id.openapi({ example: 2 }), created_at: Timestamp }));

export const Export = z
  .object({
    account: Account.omit({ viewer: true })
      .extend({
        notifications_read_at: Timestamp.openapi({
          description: 'Notifications up to this time are read.',
        }),
      })
      .openapi({ example: EXPORTED_ACCOUNT }),
    resting_usernames: z
      .array(z.object({ expires_at: Timestamp.openapi({ example: '2026-12-20T09:30:00.000Z' }) }))
      .openapi({
        description:
          'Usernames that you gave up, and until when they are reserved for you. Only digests of them are stored.',
      }),
    sessions: z.array(
      Session.omit({ current: true }).extend({
        expires_at: Timestamp.openapi({ example: '2026-12-20T09:30:00.000Z' }),
      }),
    ),
    codes: z
      .array(
        z.object({
          purpose: z.enum(['password', 'email']),
          email: z.string().openapi({ example: EXPORTED_ACCOUNT.email }),
          created_at: Timestamp,
          expires_at: Timestamp.openapi({ example: '2026-11-20T09:40:00.000Z' }),
        }),
      )
      .openapi({
        description: 'Codes that were sent by email and not used yet. The codes themselves are not included.',
      }),
    idempotency_keys: z.array(
      z.object({ key: z.string().openapi({ example: IDEMPOTENCY_KEY }), created_at: Timestamp }),
    ),
    posts: z
      .array(
        Post.pick({
          id: true,
          parent_id: true,
          title: true,
          content: true,
          tags: true,
          mentions: true,
          published: true,
          created_at: true,
          published_at: true,
          edited_at: true,
        }),
      )
      .openapi({ description: 'Including drafts and replies.' }),
    post_versions: z.array(
      Post.pick({ title: true, content: true, tags: true, mentions: true, created_at: true }).extend({
        post_id: Id,
      }),
    ),
    votes: ofPosts,
    bookmarks: ofPosts,
    following: relation,
    followers: relation,
    blocks: relation.openapi({ description: 'The users whom you block.' }),
    mutes: relation.openapi({ description: 'The users whom you mute.' }),
    reports: z.array(Report).openapi({ description: 'What you reported.' }),
    moderation: z
      .array(AuditEntry.omit({ id: true, admin_id: true, admin: true }))
      .openapi({ description: 'What you did as an admin.', example: [] }),
  })
  .openapi('Export');
