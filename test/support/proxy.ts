// A proxy between a program under test and the server that it calls, which answers some requests itself.
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Returns true when it has answered the request itself. */
export type Intercept = (incoming: IncomingMessage, answer: ServerResponse) => boolean;

/** Runs `work` with the address of a proxy for `url`. */
export async function withProxy<T>(
  url: string,
  intercept: Intercept,
  work: (url: string) => Promise<T>,
): Promise<T> {
  const proxy = createServer((incoming, answer) => {
    if (intercept(incoming, answer)) return;
    const { method, headers, url: path } = incoming;
    incoming.pipe(
      // Without keep-alive: a connection may be closed just as it is used again.
      request(`${url}${path}`, { method, headers, agent: false }, (response) => {
        answer.writeHead(response.statusCode ?? 500, response.headers);
        response.pipe(answer);
      }),
    );
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  return work(`http://127.0.0.1:${(proxy.address() as AddressInfo).port}`).finally(() => proxy.close());
}
