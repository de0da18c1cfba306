// Only one process can open an embedded database, which has one session. It serves other processes of the same user: a
// connection has the session to itself, and each line is a query, answered with a line.
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import {
  type Answer,
  type Backend,
  DatabaseError,
  type ErrorFields,
  type Query,
  runTransaction,
  type Session,
} from './backend.ts';
import { lockOwner } from './folder-lock.ts';
import { isKey, newKey } from './key.ts';

/** The file beside the folder, which only its owner can read. */
interface ShareFile {
  owner: number;
  port: number;
  key: string;
}

const shareFileOf = (folder: string) => `${folder}.shared`;

type Request = { query: Query } | { execute: string };
type Reply = { answer: Answer | null } | { message: string; fields: ErrorFields | null };

/** Shares a database whose folder this process has locked. Resolves to a function that ends it. */
export async function shareFolder(folder: string, backend: Backend): Promise<() => Promise<void>> {
  const key = newKey();
  const clients = new Set<Socket>();
  const server = createServer((socket) => {
    clients.add(socket);
    // A client may disconnect at any time: what it left open is undone with its session.
    serveClient(socket, backend, key)
      .catch(() => undefined)
      .finally(() => clients.delete(socket.destroy()));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const file = shareFileOf(folder);
  // Renamed into place, so that no process reads half of it, and the mode is right even if a file exists.
  writeFileSync(`${file}.new`, JSON.stringify({ owner: process.pid, port, key } satisfies ShareFile), {
    mode: 0o600,
  });
  renameSync(`${file}.new`, file);
  return () =>
    new Promise((resolve) => {
      rmSync(file, { force: true });
      server.close(() => resolve());
      for (const socket of clients) socket.destroy();
    });
}

async function serveClient(socket: Socket, backend: Backend, key: string): Promise<void> {
  const lines = linesOf(socket);
  const { value: firstLine } = await lines.next();
  if (!isKey(String(firstLine), key)) return;
  await backend.session(async (session) => {
    for await (const line of lines) write(socket, await answerRequest(session, JSON.parse(line) as Request));
  });
}

async function answerRequest(session: Session, request: Request): Promise<Reply> {
  try {
    if ('query' in request) return { answer: await session.query(request.query) };
    await session.execute(request.execute);
    return { answer: null };
  } catch (error) {
    const { message } = error as Error;
    return { message, fields: error instanceof DatabaseError ? error.fields : null };
  }
}

const write = (socket: Socket, message: Request | Reply) => socket.write(`${JSON.stringify(message)}\n`);

/** Not with readline, which also ends lines at U+2028. */
async function* linesOf(socket: Socket): AsyncGenerator<string, undefined> {
  let rest = '';
  for await (const chunk of socket.setEncoding('utf8') as AsyncIterable<string>) {
    rest += chunk;
    if (!chunk.includes('\n')) continue;
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}

/** Opens the database in a folder that another process shares; undefined when none does. */
export function openShared(folder: string): Backend | undefined {
  const share = readShareFile(folder);
  // A process that was killed leaves its file behind.
  if (!share || share.owner !== lockOwner(folder)) return undefined;
  const { owner, port, key } = share;

  async function session<T>(work: (session: Session) => Promise<T>): Promise<T> {
    const socket = await connectTo(port).catch((cause: Error) => {
      throw new Error(`${folder} is in use by process ${owner}, which does not answer.`, { cause });
    });
    socket.write(`${key}\n`);
    const lines = linesOf(socket);
    const ask = async (request: Request): Promise<Answer | null> => {
      write(socket, request);
      const { value } = await lines.next().catch(() => ({ value: undefined }));
      if (value === undefined) throw new Error(`Process ${owner}, which had the database open, has ended.`);
      const reply = JSON.parse(value) as Reply;
      if ('answer' in reply) return reply.answer;
      throw reply.fields ? new DatabaseError(reply.message, reply.fields) : new Error(reply.message);
    };
    try {
      return await work({
        query: async (query) => (await ask({ query })) as Answer,
        execute: async (sql) => void (await ask({ execute: sql })),
      });
    } finally {
      socket.destroy();
    }
  }

  return {
    query: (query) => session((own) => own.query(query)),
    transaction: (queries, options = {}) => session((own) => runTransaction(own, queries, options)),
    execute: (sql) => session((own) => own.execute(sql)),
    session,
    close: async () => undefined,
  };
}

function readShareFile(folder: string): ShareFile | undefined {
  try {
    return JSON.parse(readFileSync(shareFileOf(folder), 'utf8')) as ShareFile;
  } catch {
    return undefined;
  }
}

const connectTo = (port: number) =>
  new Promise<Socket>((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket));
    socket.once('error', reject);
  });
