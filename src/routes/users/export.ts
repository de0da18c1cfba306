import { createRoute } from '@hono/zod-openapi';
import { exportAccount } from '../../db/export';
import { createRouter } from '../../http/context';
import { jsonResponse } from '../../http/contract';
import { sessionEnded } from '../../problems';
import { Export } from '../../schemas/export';
import { signedIn } from '../../security/guard';

export const exported = createRouter();

exported.openapi(
  createRoute({
    method: 'get',
    path: '/me/export',
    operationId: 'exportMe',
    summary: 'Export your account',
    description:
      'All that the service holds about you, as one JSON document to download: account, sessions, posts and what they said before, votes, follows. Only digests of secrets are left out.',
    tags: ['users'],
    ...signedIn,
    responses: { 200: jsonResponse(Export, 'Everything of yours') },
  }),
  async (c) => {
    const pieces = await exportAccount(c.var.db, c.var.caller);
    if (!pieces) throw sessionEnded();
    c.header('Content-Type', 'application/json');
    c.header('Content-Disposition', 'attachment; filename="ledge-export.json"');
    return c.body(streamOf(pieces)) as never;
  },
);

/** A document that can't be finished must not look whole: an error ends the stream, and the answer with it. */
function streamOf(pieces: AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      const { value, done } = await pieces.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
  });
}
