import { type Answer, type Caller, callAs, type Database } from './database';
import type { ExportPiece } from './json';

/** All that the service holds about the caller, as parts of one JSON text. Resolves once the first part is read. */
export async function exportAccount(db: Database, caller: Caller): Promise<AsyncGenerator<string> | null> {
  const first = await callAs(db, caller, 'export_account', {});
  return first && pieces(db, caller, first);
}

/** One round trip for most people, and one more for each further part. */
async function* pieces(
  db: Database,
  caller: Caller,
  { head, sections }: NonNullable<Answer<'export_account'>>,
): AsyncGenerator<string> {
  yield JSON.stringify(head).slice(0, -1);
  for (const [section, first] of Object.entries(sections)) {
    yield `,"${section}":[${textOf(first)}`;
    for (let after = first.next; after !== null; ) {
      const piece = await callAs(db, caller, 'export_section', { section, after });
      if (piece.items.length > 0) yield `,${textOf(piece)}`;
      after = piece.next;
    }
    yield ']';
  }
  yield '}';
}

const textOf = ({ items }: ExportPiece) => items.map((item) => JSON.stringify(item)).join(',');
