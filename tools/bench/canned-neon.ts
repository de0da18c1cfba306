// A Neon that answers from memory: shows what a Worker costs without a database on the same cores. It hands on and
// keeps what it has not seen, until POST /replay; from then on it refuses that. A write is answered and not done.
//   node tools/bench/canned-neon.ts --port 4444 --origin http://127.0.0.1:4445
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { port: { type: 'string' }, origin: { type: 'string' } } });

/** By the texts of the statements and the form of the answer, whatever the parameters. */
const answers = new Map<string, Buffer>();
let replaying = false;

const server = createServer((request, response) => {
  answer(request, response).catch((error: Error) => send(response, 500, failure(error.message)));
});
server.keepAliveTimeout = 10 * 60 * 1000;
server.listen(Number(values.port), '127.0.0.1');
process.once('SIGTERM', () => {
  server.close();
  server.closeAllConnections();
});

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.url === '/replay') {
    replaying = true;
    return send(response, 200, Buffer.from('{}'));
  }
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  const key = keyOf(request, body);
  const kept = answers.get(key);
  if (kept) return send(response, 200, kept);
  if (replaying) throw new Error(`nobody has recorded ${key}`);
  const { status, text } = await askOrigin(request, body);
  if (status === 200) answers.set(key, text);
  send(response, status, text);
}

function keyOf(request: IncomingMessage, body: Buffer): string {
  const { query, queries = [] } = JSON.parse(body.toString()) as {
    query?: string;
    queries?: { query: string }[];
  };
  const texts = query ?? queries.map((each) => each.query).join('; ');
  return `${request.headers['neon-array-mode']} ${texts}`;
}

async function askOrigin(request: IncomingMessage, body: Buffer): Promise<{ status: number; text: Buffer }> {
  const headers = Object.entries(request.headers).filter(([name]) => name.startsWith('neon-'));
  const response = await fetch(`${values.origin}/sql`, {
    method: 'POST',
    headers: Object.fromEntries(headers) as Record<string, string>,
    body: new Uint8Array(body),
  });
  return { status: response.status, text: Buffer.from(await response.arrayBuffer()) };
}

const failure = (message: string) => Buffer.from(JSON.stringify({ message }));

function send(response: ServerResponse, status: number, body: Buffer): void {
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': body.length });
  response.end(body);
}
