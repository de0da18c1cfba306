import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Answer, type Backend, DatabaseError, ERROR_FIELDS } from './backend.ts';
import { type Call, LIMIT_BYTES, Refusal, readCall, readConnectionString } from './call.ts';
import { applyFault, type Fault, readFault, takeFault } from './faults.ts';
import { type ArrayElements, learnTypes, renderAnswer } from './json.ts';

export interface NeonOptions {
  /** Calls wait for one that is still being opened. */
  backend: Backend | Promise<Backend>;
  /** Other backends of the same database for the calls of some users, by their names. They get no faults. */
  backends?: Record<string, Backend>;
  /** 0, the default, picks a free one. */
  port?: number;
  /** Adds `POST /faults` and `DELETE /faults`, for tests. */
  control?: boolean;
  /** The only accepted password, in characters that a URL allows. Without it, any is accepted. */
  password?: string;
  /** Told of each error of Postgres, whose message the Worker doesn't keep. */
  onError?: (error: DatabaseError) => void;
}

export interface Neon {
  /** `http://127.0.0.1:<port>` */
  url: string;
  /** For `neonConfig.fetchEndpoint`. */
  endpoint: string;
  /** A connection string for the driver; the user and the database in it may be changed. */
  databaseUrl: string;
  port: number;
  /** The number of well-formed calls of `POST /sql` of one user or of all, with those that got a fault. */
  roundTrips(user?: string): number;
  /** Stops listening and drops open connections; the backend stays open. */
  close(): Promise<void>;
}

/** Serves Neon's `POST /sql` on 127.0.0.1 over any backend; rejects when the port is taken. */
export async function startNeon({
  backend,
  backends = {},
  port = 0,
  control = false,
  password,
  onError = () => undefined,
}: NeonOptions): Promise<Neon> {
  const tripsByUser = new Map<string, number>();
  const roundTrips = (user?: string) =>
    user === undefined
      ? [...tripsByUser.values()].reduce((sum, trips) => sum + trips, 0)
      : (tripsByUser.get(user) ?? 0);
  const faults: Fault[] = [];
  const elements: ArrayElements = new Map();

  const answerSql = async (request: IncomingMessage, response: ServerResponse) => {
    const { username } = readConnectionString(request.headers['neon-connection-string'], password);
    const call = readCall(request.headers, await readBody(request));
    tripsByUser.set(username, roundTrips(username) + 1);
    const other = Object.hasOwn(backends, username) ? backends[username] : undefined;
    const fault = other ? undefined : takeFault(faults, call);
    if (fault?.executed) await run(await backend, call, elements);
    if (fault) return applyFault(fault, response);
    // Neon cancels a query when its caller disconnects.
    const disconnected = new AbortController();
    response.once('close', () => response.writableFinished || disconnected.abort());
    const json = await run(other ?? (await backend), call, elements, disconnected.signal);
    send(response, 200, json);
  };

  const route = async (request: IncomingMessage, response: ServerResponse) => {
    checkHost(request.headers.host);
    const [path] = request.url?.split('?', 1) ?? [];
    const resource = `${request.method} ${path}`;
    if (resource === 'POST /sql') return answerSql(request, response);
    if (control && resource === 'POST /faults') {
      faults.push(readFault(await readBody(request)));
      return send(response, 201, JSON.stringify({ faults }));
    }
    if (control && resource === 'DELETE /faults') {
      faults.length = 0;
      return send(response, 200, JSON.stringify({ faults }));
    }
    if (resource.endsWith(' /sql')) throw new Refusal(405, 'only POST is supported');
    throw new Refusal(404, 'there is only POST /sql');
  };

  const server = createServer((request, response) => {
    route(request, response).catch((error: unknown) => {
      if (error instanceof DatabaseError) onError(error);
      sendError(response, error);
    });
  });
  // A client that reuses a connection just as the server closes it sees a reset.
  server.keepAliveTimeout = 10 * 60 * 1000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
  });
  const { port: bound } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${bound}`;

  return {
    url,
    endpoint: `${url}/sql`,
    databaseUrl: `postgresql://local:${password ?? 'local'}@localhost/local`,
    port: bound,
    roundTrips,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function run(
  backend: Backend,
  call: Call,
  elements: ArrayElements,
  signal?: AbortSignal,
): Promise<string> {
  const [first] = call.queries;
  if (!call.batch && first) {
    const answer = await backend.query(first, signal);
    if (!call.rawText) await learnTypes([answer], elements, backend);
    return checkSize(renderAnswer(answer, first.arrayMode, call.rawText ? undefined : elements));
  }
  const { isolation, readOnly, deferrable } = call;
  let json = '';
  await backend.transaction(call.queries, {
    isolation,
    readOnly,
    deferrable,
    signal,
    // Neon renders before it commits, so that too large an answer rolls back.
    async beforeCommit(answers, session) {
      if (!call.rawText) await learnTypes(answers, elements, session);
      const rendered = answers.map((answer: Answer, i) =>
        renderAnswer(answer, call.queries[i]?.arrayMode ?? false, call.rawText ? undefined : elements),
      );
      json = checkSize(`{"results":[${rendered.join(',')}]}`);
    },
  });
  return json;
}

function checkSize(json: string): string {
  // UTF-8 takes at most three bytes a UTF-16 unit: most answers need no counting.
  if (json.length * 3 > LIMIT_BYTES && Buffer.byteLength(json) > LIMIT_BYTES)
    throw new Refusal(507, `response is too large (max is ${LIMIT_BYTES} bytes)`);
  return json;
}

/** Prevents DNS rebinding: a page of another site whose name resolves to 127.0.0.1. */
function checkHost(host = '') {
  if (!/^(?:127\.0\.0\.1|localhost|[\w.-]+\.localhost)(?::\d+)?$/.test(host))
    throw new Refusal(403, 'this server answers to 127.0.0.1 and localhost only');
}

function readBody(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= LIMIT_BYTES) chunks.push(chunk);
      // The rest is read and dropped, because a client that is still sending would get a reset instead of the answer.
      else reject(new Refusal(413, `request is too large (max is ${LIMIT_BYTES} bytes)`));
    });
    request.once('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
    request.once('error', reject);
  });
}

function send(response: ServerResponse, status: number, json: string) {
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(json),
  });
  response.end(json);
}

function sendError(response: ServerResponse, error: unknown) {
  if (response.destroyed || response.headersSent) return;
  if (error instanceof DatabaseError) return send(response, 400, renderError(error));
  const status = error instanceof Refusal ? error.status : 500;
  send(response, status, JSON.stringify({ message: error instanceof Error ? error.message : String(error) }));
}

function renderError({ message, fields }: DatabaseError): string {
  return JSON.stringify({
    message,
    ...Object.fromEntries(ERROR_FIELDS.map((key) => [key, fields[key] ?? null])),
  });
}
