import { type Caller, callAs, type Database } from './database';
import { BY_STATUS, findPage, type Page, type PageRequest } from './page';
import type { Post } from './posts';
import type { PersonRef } from './users';

type Reason = 'spam' | 'abuse' | 'illegal' | 'other';
export type ReportStatus = 'open' | 'resolved';

export interface ReportDraft {
  reason: Reason;
  comment?: string | null | undefined;
}

/** A report as its reporter sees it; `user_id` is the author of the post, or the person. */
export interface Report {
  id: number;
  post_id: number | null;
  user_id: number;
  reason: Reason;
  comment: string | null;
  status: ReportStatus;
  created_at: string;
  resolved_at: string | null;
}

/** A person beside what they did. */
export interface PersonPart {
  id: number;
  username: string;
  avatar_url: string | null;
}

/** A report as admins see it. What is deleted is null. */
export interface ReportDetails extends Report {
  note: string | null;
  post: Post | null;
  user: PersonPart | null;
  reporter: PersonPart;
  resolved_by: PersonPart | null;
}

export type ReportOutcome =
  | { outcome: 'reported'; report: Report }
  | { outcome: 'not_found' | 'cannot_report_self' | 'already_reported' };

export const reportPost = (
  db: Database,
  caller: Caller,
  post: number,
  { reason, comment }: ReportDraft,
): Promise<ReportOutcome> => callAs(db, caller, 'report_post', { post, reason, comment: comment ?? null });

export const reportUser = (
  db: Database,
  caller: Caller,
  person: PersonRef,
  { reason, comment }: ReportDraft,
): Promise<ReportOutcome> =>
  callAs(db, caller, 'report_user', { person: String(person), reason, comment: comment ?? null });

/** The keys of a list by status have this first: open reports come after all others, and the list is read from its end. */
const FLAGS: Record<ReportStatus, string> = { open: 't', resolved: 'f' };

const statusBounds = (status: ReportStatus) => ({
  low: [FLAGS[status], '-infinity', 0],
  high: [FLAGS[status], 'infinity', 0],
});

/** Open ones first; undefined when the caller is no admin. */
export const findReports = (
  db: Database,
  caller: Caller,
  status: ReportStatus | undefined,
  page: PageRequest,
): Promise<Page<ReportDetails> | undefined> =>
  findPage(db, caller, 'list_reports', BY_STATUS, page, {}, status && statusBounds(status));

export type ReportChange =
  | { outcome: 'changed'; report: ReportDetails }
  | { outcome: 'admin_only' | 'not_found' };

/** A note that is left out stays. */
export const updateReport = (
  db: Database,
  caller: Caller,
  report: number,
  change: { status: ReportStatus; note?: string | null | undefined },
): Promise<ReportChange> => callAs(db, caller, 'update_report', { report, change });
