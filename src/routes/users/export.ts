import { createRoute } from '@hono/zod-openapi';
import { exportAccount } from '../../db/export';
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
      'Everything that is stored about you, as one JSON document to download: account, sessions, posts and their earlier versions, votes, follows, bookmarks. Only the hashes of passwords, codes and tokens are left out.',
    tags: ['users'],
    ...signedIn,
    responses: { 200: jsonResponse(Export, 'Everything that is stored about you') },
  }),
  async (c) => {
    const pieces = await exportAccount(c.get('db'), c.get('caller'));
    if (!pieces) throw sessionEnded();
    c.header('Content-Type', 'application/json');
    c.header('Content-Disposition', 'attachment; filename="ledge-export.json"');
    return c.body(toStream(pieces)) as never;
  },
);

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
