import { createRoute } from '@hono/zod-openapi';
import { type Answer, type Caller, callAs, type Database } from '../../db/database';
import type { ExportPiece } from '../../db/json';
import { createRouter } from '../../http/context';
import { jsonResponse } from '../../http/contract';
import { sessionEnded } from '../../problems';
import { Export } from '../../schemas/export';
import { signedIn } from '../../security/guard';

export const accountExport = createRouter();

accountExport.openapi(
  createRoute({
    method: 'get',
    path: '/me/export',
    operationId: 'exportMe',
    summary: 'Export your account',
    description:
      'Everything that is stored about you, as one JSON document to download: account, sessions, posts and their earlier versions, votes, bookmarks, follows, blocks, mutes, reports, and what you did as an admin. Only the hashes of passwords, codes and tokens are left out.',
    tags: ['users'],
    ...signedIn,
    responses: { 200: jsonResponse(Export, 'Everything that is stored about you') },
  }),
  async (c) => {
    const { db, caller } = c.var;
    const first = await callAs(db, caller, 'export_account', {});
    if (!first) throw sessionEnded();
    c.header('Content-Type', 'application/json');
    c.header('Content-Disposition', 'attachment; filename="ledge-export.json"');
    return c.body(toStream(pieces(db, caller, first))) as never;
  },
);

/** The parts of the document. One round trip for most people, and one more for each further part. */
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

/** An error ends the stream, and with it the answer: a document that is cut off must not look complete. */
function toStream(pieces: AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      const { value, done } = await pieces.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
  });
}
