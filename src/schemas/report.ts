import { z } from '@hono/zod-openapi';
import { CREATED_REPORT, NEW_REPORT, REPORT_CHANGE, REPORT_DETAILS } from './examples';
import { pageQuery } from './page';
import { Post } from './post';
import { optionalTextOf } from './texts';
import { Id, IdParam, Timestamp } from './values';

const COMMENT_MAX = 1_000;

const Reason = z
  .enum(['spam', 'abuse', 'illegal', 'other'])
  .openapi({ description: 'What is wrong with it.', example: NEW_REPORT.reason });

export const NewReport = z
  .object({
    reason: Reason,
    comment: optionalTextOf(COMMENT_MAX)
      .optional()
      .openapi({ description: 'Details for the admins.', example: NEW_REPORT.comment }),
  })
  .openapi('NewReport');

export const ReportStatus = z
  .enum(['open', 'resolved'])
  .openapi({ description: '`open` until an admin resolves it.' });
export type ReportStatus = z.infer<typeof ReportStatus>;

const report = z.object({
  id: Id,
  post_id: Id.nullable().openapi({
    example: CREATED_REPORT.post_id,
    description: 'The reported post. Null if the report is about a user.',
  }),
  user_id: Id.openapi({
    example: CREATED_REPORT.user_id,
    description: 'The reported user, or the author of the reported post.',
  }),
  reason: Reason,
  comment: z.string().nullable().openapi({ example: NEW_REPORT.comment }),
  status: ReportStatus,
  created_at: Timestamp,
  resolved_at: Timestamp.nullable().openapi({ example: null }),
});

/** A report as its reporter sees it. */
export const Report = report.openapi('Report', { example: CREATED_REPORT });
export type Report = z.infer<typeof Report>;

/** A person beside what they did. */
const person = z.object({ id: Id, username: z.string(), avatar_url: z.string().nullable() });

/** A report as admins see it. What is deleted is null. */
export const ReportDetails = report
  .extend({
    note: z.string().nullable().openapi({ description: 'What the admins noted about it.' }),
    // `Post.nullable()` would ask for a value that is both.
    post: z.union([Post, z.null()]).openapi({
      description: 'The reported post. Null if there is none, if it was deleted, or if it is a draft now.',
    }),
    user: person.nullable().openapi({
      description: 'The reported user, or the author of the reported post. Null if the account was deleted.',
    }),
    reporter: person,
    resolved_by: person.nullable().openapi({
      description:
        'The admin who resolved it. Null while it is open, if it was resolved on the command line, or if the account was deleted.',
    }),
  })
  .openapi('ReportDetails', { example: REPORT_DETAILS });
export type ReportDetails = z.infer<typeof ReportDetails>;

export const ReportQuery = z.object({
  ...pageQuery,
  status: ReportStatus.optional().openapi({ description: 'Only the reports with this status.' }),
});

export const Note = optionalTextOf(COMMENT_MAX);

export const ReportChange = z
  .object({
    status: ReportStatus.openapi({ example: REPORT_CHANGE.status }),
    note: Note.optional().openapi({
      description: 'Replaces the earlier note, which stays if you leave this out. Only admins see it.',
      example: REPORT_CHANGE.note,
    }),
  })
  .openapi('ReportChange');
export type ReportChange = z.infer<typeof ReportChange>;

export const ReportedPostParam = z.object({
  id: IdParam.shape.id.openapi({
    example: CREATED_REPORT.post_id,
    param: { name: 'id', in: 'path' },
  }),
});

/** Why an admin deletes what is not theirs. */
export const ModerationQuery = z.object({
  reason: Note.optional().openapi({
    description: 'Why an admin deletes it, for the audit. Ignored for the owner.',
  }),
});

/** What an admin did; `admin_id` is null for the command line, `admin` also once that account is deleted. */
export const AuditEntry = z
  .object({
    id: Id,
    action: z
      .enum([
        'post_deleted',
        'user_deleted',
        'user_promoted',
        'user_demoted',
        'report_resolved',
        'report_reopened',
      ])
      .openapi({ example: 'report_resolved' }),
    admin_id: Id.nullable().openapi({
      example: REPORT_DETAILS.user_id,
      description: 'The id of the admin who did it. Null if it was done on the command line.',
    }),
    admin: person.nullable().openapi({
      example: REPORT_DETAILS.user,
      description: 'That admin. Null if there is none, or if the account was deleted.',
    }),
    user_id: Id.openapi({
      description: 'The user to whom it was done: the author of the post, or the reported user.',
    }),
    post_id: Id.nullable().openapi({ description: 'The deleted or the reported post.' }),
    report_id: Id.nullable().openapi({ description: 'The report that was resolved or reopened.' }),
    reason: z.string().nullable().openapi({
      example: REPORT_CHANGE.note,
      description: 'The `reason` of the deletion, or the `note` of the report.',
    }),
    created_at: Timestamp,
  })
  .openapi('AuditEntry');
export type AuditEntry = z.infer<typeof AuditEntry>;
