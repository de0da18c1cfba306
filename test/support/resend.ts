// Runs in Node: a fake of Resend's API, which answers with the status in its path.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Delivery {
  authorization: string | undefined;
  mail: { from: string; to: string[]; subject: string; text: string; html: string };
}

/** `POST /200`, `/429`, `/500` answer with that status, `POST /silence` never; `GET /deliveries` lists all mails. */
export async function startResend() {
  const deliveries: Delivery[] = [];
  const server = createServer(async (request, response) => {
    if (request.method === 'GET') return response.end(JSON.stringify(deliveries));
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    deliveries.push({
      authorization: request.headers.authorization,
      mail: JSON.parse(Buffer.concat(chunks).toString()),
    });
    const status = Number(request.url?.slice(1));
    if (status) response.writeHead(status).end(JSON.stringify({ message: 'stub' }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
