import type { AuditEntry } from '../schemas/report';
import type { Caller, Database } from './database';
import { BY_TIME, findPage, type Page, type PageRequest } from './page';

/** What admins did, newest first; undefined when the caller is no admin. */
export const findAuditEntries = (
  db: Database,
  caller: Caller,
  page: PageRequest,
): Promise<Page<AuditEntry> | undefined> => findPage(db, caller, 'list_audit_entries', BY_TIME, page, {});
