// A server between a program under test and the one that it asks: some answers are its own.
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Says whether it has answered by itself. */
export type Intercept = (incoming: IncomingMessage, answer: ServerResponse) => boolean;

/** Lets `work` at a proxy of the server at `url`, for as long as it takes. */
export async function throughProxy<T>(
  url: string,
  intercept: Intercept,
  work: (url: string) => Promise<T>,
): Promise<T> {
  const proxy = createServer((incoming, answer) => {
    if (intercept(incoming, answer)) return;
    const { method, headers, url: path } = incoming;
    incoming.pipe(
      // A connection of its own: one that was kept may end just as it is used again.
      request(`${url}${path}`, { method, headers, agent: false }, (response) => {
        answer.writeHead(response.statusCode ?? 500, response.headers);
        response.pipe(answer);
      }),
    );
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  return work(`http://127.0.0.1:${(proxy.address() as AddressInfo).port}`).finally(() => proxy.close());
}
