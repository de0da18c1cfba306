import type { AuditEntry } from '../schemas/report';
import type { Caller, Database } from './database';
import { BY_TIME, listPage, type Page, type PageRequest } from './page';

/** What admins did, newest first; null when the caller is no admin. */
export const findAuditEntries = (
  db: Database,
  caller: Caller,
  page: PageRequest,
): Promise<Page<AuditEntry> | null> => listPage(db, caller, 'list_audit_entries', BY_TIME, page, {});
