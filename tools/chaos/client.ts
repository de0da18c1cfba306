// A client that sends requests exactly as they are given, and holds every answer against the document.
import { Agent, type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { answerChecker } from '../../test/support/answers.ts';
import { checkLeaks, readUserId } from '../../test/support/leaks.ts';
import type { ApiDocument } from '../../test/support/operations.ts';
import type { FuzzAnswer } from './fuzz.ts';

export interface Sent {
  method: string;
  target: string;
  headers?: Record<string, string>;
  /** Bytes in Latin-1. */
  body?: string | null;
}

export type Client = (address: string, sent: Sent) => Promise<FuzzAnswer>;

const TIMEOUT_MS = 60_000;

/**
 * Sends over connections of its own; rejects when there is no answer, or not in time. A kept connection that the server closes
 * just then, as it does after a body that nobody read, is replaced by a new one, as clients do.
 */
export function send(address: string, sent: Sent, agent: Agent | false): Promise<FuzzAnswer> {
  const { method, target, headers = {}, body = null } = sent;
  return new Promise<FuzzAnswer>((resolve, reject) => {
    const { hostname, port } = new URL(address);
    const sending = request(
      { agent, hostname, port, method, path: target, headers, timeout: TIMEOUT_MS },
      (answer) => {
        text(answer).then(
          (body) => resolve({ status: answer.statusCode ?? 0, headers: headersOf(answer), text: body }),
          reject,
        );
      },
    );
    sending.once('timeout', () => sending.destroy(new Error(`no answer in ${TIMEOUT_MS} ms`)));
    sending.once('error', (error: NodeJS.ErrnoException) => {
      const isClosed = sending.reusedSocket && /^(EPIPE|ECONNRESET)$/.test(error.code ?? '');
      if (isClosed) send(address, sent, false).then(resolve, reject);
      else reject(error);
    });
    if (body === null) sending.end();
    else {
      const bytes = Buffer.from(body, 'latin1');
      // Bodies of odd lengths are sent in chunks, whatever the method: a server can't know how much is to come.
      if (bytes.length % 2 === 0) sending.setHeader('Content-Length', bytes.length);
      else sending.setHeader('Transfer-Encoding', 'chunked');
      sending.end(bytes);
    }
  });
}

function headersOf({ rawHeaders }: IncomingMessage): Headers {
  const headers = new Headers();
  for (let i = 0; i < rawHeaders.length; i += 2)
    headers.append(rawHeaders[i] as string, rawHeaders[i + 1] as string);
  return headers;
}

/** A client that throws when an answer breaks the contract, or holds what its caller must not see. */
export function checkingClient(document: ApiDocument): Client {
  const checkAnswer = answerChecker(document);
  const agent = new Agent({ keepAlive: true, maxSockets: 512 });
  return async (address, sent) => {
    const { headers = {}, method, target } = sent;
    // A server on Node believes the proxy that says this; Cloudflare sets the other.
    const forwarded = headers['CF-Connecting-IP'];
    const answer = await send(
      address,
      { ...sent, headers: { ...headers, ...(forwarded && { 'X-Forwarded-For': forwarded }) } },
      agent,
    );
    const [asSent = ''] = target.split('?', 1);
    const checked = {
      method,
      path: target,
      route: document.findRoute(method, asSent),
      caller: readUserId(headers.Authorization ?? ''),
      ...answer,
    };
    // Workerd passes on `%2e%2e` as it was sent; Node takes it for the parent, so that another route answers.
    const { pathname: resolved } = new URL(`http://localhost${target}`);
    if (resolved === asSent) checkAnswer(checked);
    else {
      const other = { ...checked, route: document.findRoute(method, resolved) };
      try {
        checkAnswer(checked);
      } catch {
        checkAnswer(other);
      }
    }
    checkLeaks(checked, sent.body ?? '');
    return answer;
  };
}
