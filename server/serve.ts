import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { finished } from 'node:stream/promises';
import { getRequestListener } from '@hono/node-server';
import app from '../src/index';
import { setClientAddress } from './client-address';
import type { Environment } from './environment';
import { addHeader } from './request-headers';
import type { ServerSettings } from './settings';

/** A request that is not there by then is refused, so that slow clients hold no connection for ever. */
const REQUEST_TIMEOUT_MS = 30_000;
/** What Cloudflare takes: Node alone refuses a long URL with an answer that is not the API's. */
const HEADERS_MAX_BYTES = 128 * 1024;
/** Longer than proxies keep an idle connection (NGINX and Caddy: 60 s), so that they don't send into a closing one. */
const KEEP_ALIVE_MS = 75_000;
/** What still runs after this is cut off: connections, mails, and what a deletion left to be done after its answer. */
const STOP_TIMEOUT_MS = 9_000;
/** How long to wait for the rest of a request that was refused before its end. */
const REST_TIMEOUT_MS = 2_000;
/** The first socket that systemd passes on: sd_listen_fds(3). It stays open during a restart, and new connections wait in it. */
const SYSTEMD_SOCKET = { fd: 3 };

export interface Home {
  host: string;
  port: number;
  /** Accepts nothing new, lets running requests and their mails finish, and closes the pools. */
  stop(): Promise<void>;
}

/** RFC 9112 §6.3: a request with neither header has no body. Without the length the app would make a stream to find out. */
function declareEmptyBody(request: IncomingMessage): void {
  const { headers } = request;
  if (headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined) return;
  addHeader(request, 'content-length', '0');
}

/**
 * Reads the rest of a request that was refused before its end. If the connection closed with unread data, the answer could be
 * lost (RFC 9112 §9.6), and a proxy would answer 502.
 */
async function dropRest(request: IncomingMessage): Promise<void> {
  // A stream that the app has stopped reading would pause the request again.
  request.removeAllListeners('data').resume();
  await finished(request, { signal: AbortSignal.timeout(REST_TIMEOUT_MS) }).catch(() => undefined);
}

/** Serves the app and its files over HTTP from this process. Resolves when it listens. */
export async function serve(
  settings: ServerSettings,
  { env, assets, pool, replica }: Environment,
): Promise<Home> {
  const unfinished = new Set<Promise<unknown>>();
  const context = {
    waitUntil(work: Promise<unknown>) {
      unfinished.add(work);
      work.catch(() => undefined).finally(() => unfinished.delete(work));
    },
    passThroughOnException() {},
  } as unknown as ExecutionContext;

  const pathOf = ({ url = '/' }: IncomingMessage) => url.split('?', 1)[0] ?? '/';
  const listener = getRequestListener(async (request, { incoming }) => {
    const message = incoming as IncomingMessage;
    const answer = await (assets.has(pathOf(message))
      ? assets.fetch(request)
      : app.fetch(request, env, context));
    if (!message.complete) await dropRest(message);
    return answer;
  });
  const server = createServer(
    {
      requestTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      maxHeaderSize: HEADERS_MAX_BYTES,
    },
    (request, response) => {
      setClientAddress(request, settings.TRUSTED_PROXIES);
      declareEmptyBody(request);
      return listener(request, response);
    },
  );
  // No limit: after 1,000 headers Node leaves the rest out of `headers`, but not out of `rawHeaders`, and the app would read
  // headers that this server has not checked.
  server.maxHeadersCount = 0;
  const { PORT, HOST, LISTEN_FDS } = settings;
  server.listen(LISTEN_FDS > 0 ? SYSTEMD_SOCKET : { port: PORT, host: HOST });
  await once(server, 'listening');

  const { address, port } = server.address() as AddressInfo;
  return {
    host: address,
    port,
    async stop() {
      const closed = once(server, 'close');
      server.close();
      // A connection whose request has been answered since is idle, and would be kept for the next one.
      const sweep = setInterval(() => server.closeIdleConnections(), 100);
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(() => {
          server.closeAllConnections();
          resolve();
        }, STOP_TIMEOUT_MS);
      });
      await closed;
      clearInterval(sweep);
      const rest = Promise.allSettled(unfinished).then(() => Promise.all([pool.close(), replica?.close()]));
      await Promise.race([rest, late]);
      clearTimeout(timer);
    },
  };
}
