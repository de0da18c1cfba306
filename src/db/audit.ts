import type { Caller, Database } from './database';
import { BY_TIME, findPage, type Page, type PageRequest } from './page';
import type { PersonPart } from './reports';

/** What an admin did; `admin_id` is null for the command line, `admin` also once that account is deleted. */
export interface AuditEntry {
  id: number;
  action:
    | 'post_deleted'
    | 'user_deleted'
    | 'user_promoted'
    | 'user_demoted'
    | 'report_resolved'
    | 'report_reopened';
  admin_id: number | null;
  admin: PersonPart | null;
  user_id: number;
  post_id: number | null;
  report_id: number | null;
  reason: string | null;
  created_at: string;
}

/** Newest first; undefined when the caller is no admin. */
export const findAuditEntries = (
  db: Database,
  caller: Caller,
  page: PageRequest,
): Promise<Page<AuditEntry> | undefined> => findPage(db, caller, 'list_audit_entries', BY_TIME, page, {});
