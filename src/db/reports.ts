import type { NewReport, Report, ReportChange, ReportDetails, ReportStatus } from '../schemas/report';
import type { PersonRef } from '../schemas/user';
import { type Caller, callAs, type Database } from './database';
import { BY_STATUS, listPage, type Page, type PageRequest } from './page';

export type ReportOutcome =
  | { outcome: 'reported'; report: Report }
  | { outcome: 'not_found' | 'cannot_report_self' | 'already_reported' };

export const reportPost = (
  db: Database,
  caller: Caller,
  post: number,
  report: NewReport,
): Promise<ReportOutcome> => callAs(db, caller, 'report_post', { post, ...report });

export const reportUser = (
  db: Database,
  caller: Caller,
  person: PersonRef,
  report: NewReport,
): Promise<ReportOutcome> => callAs(db, caller, 'report_user', { person, ...report });

/** The keys of a list by status have this first: open reports come after all others, and the list is read from its end. */
const FLAGS: Record<ReportStatus, string> = { open: 't', resolved: 'f' };

const statusBounds = (status: ReportStatus) => ({
  low: [FLAGS[status], '-infinity', 0],
  high: [FLAGS[status], 'infinity', 0],
});

/** Open ones first; null when the caller is no admin. */
export const findReports = (
  db: Database,
  caller: Caller,
  status: ReportStatus | undefined,
  page: PageRequest,
): Promise<Page<ReportDetails> | null> =>
  listPage(db, caller, 'list_reports', BY_STATUS, page, {}, status && statusBounds(status));

export type ReportUpdate =
  | { outcome: 'changed'; report: ReportDetails }
  | { outcome: 'admin_only' | 'not_found' };

/** A note that is left out stays. */
export const updateReport = (
  db: Database,
  caller: Caller,
  report: number,
  change: ReportChange,
): Promise<ReportUpdate> => callAs(db, caller, 'update_report', { report, change });
