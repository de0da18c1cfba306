// One process holds the embedded database, and the database has one session. Others of the same person take turns with
// it: a connection is a session, and ends with it; a line is a query and a line its answer.
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

/** Who shares, where to come in, and what to say at the door: a file beside the folder that only its owner can read. */
interface Invitation {
  owner: number;
  port: number;
  key: string;
}

const invitationOf = (folder: string) => `${folder}.shared`;

type Request = { query: Query } | { execute: string };
type Reply = { answer: Answer | null } | { message: string; fields: ErrorFields | null };

/** Lets other processes at a database whose folder this one has locked. Resolves to what ends that. */
export async function shareFolder(folder: string, backend: Backend): Promise<() => Promise<void>> {
  const key = newKey();
  const guests = new Set<Socket>();
  const server = createServer((socket) => {
    guests.add(socket);
    // A guest may go at any moment: what it left open is undone with its session.
    receive(socket, backend, key)
      .catch(() => undefined)
      .finally(() => guests.delete(socket.destroy()));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const file = invitationOf(folder);
  // Moved into place, so that nobody reads half of it, and nobody else what an older file let them.
  writeFileSync(`${file}.new`, JSON.stringify({ owner: process.pid, port, key } satisfies Invitation), {
    mode: 0o600,
  });
  renameSync(`${file}.new`, file);
  return () =>
    new Promise((resolve) => {
      rmSync(file, { force: true });
      server.close(() => resolve());
      for (const socket of guests) socket.destroy();
    });
}

async function receive(socket: Socket, backend: Backend, key: string): Promise<void> {
  const lines = linesOf(socket);
  const { value: said } = await lines.next();
  if (!isKey(String(said), key)) return;
  await backend.session(async (session) => {
    for await (const line of lines) write(socket, await reply(session, JSON.parse(line) as Request));
  });
}

async function reply(session: Session, request: Request): Promise<Reply> {
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

/** Not by readline, for which U+2028 ends a line too. */
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

/** The database in a folder that another process holds and shares; undefined where nobody does. */
export function joinFolder(folder: string): Backend | undefined {
  const invitation = readInvitation(folder);
  // One that was left behind, by a process that was killed, is worth nothing.
  if (!invitation || invitation.owner !== lockOwner(folder)) return undefined;
  const { owner, port, key } = invitation;

  async function session<T>(work: (session: Session) => Promise<T>): Promise<T> {
    const socket = await dial(port).catch((cause: Error) => {
      throw new Error(`${folder} is in use by process ${owner}, which does not answer.`, { cause });
    });
    socket.write(`${key}\n`);
    const lines = linesOf(socket);
    const ask = async (request: Request): Promise<Answer | null> => {
      write(socket, request);
      const { value } = await lines.next().catch(() => ({ value: undefined }));
      if (value === undefined) throw new Error(`Process ${owner}, which had the database open, has ended.`);
      const replied = JSON.parse(value) as Reply;
      if ('answer' in replied) return replied.answer;
      throw replied.fields ? new DatabaseError(replied.message, replied.fields) : new Error(replied.message);
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

function readInvitation(folder: string): Invitation | undefined {
  try {
    return JSON.parse(readFileSync(invitationOf(folder), 'utf8')) as Invitation;
  } catch {
    return undefined;
  }
}

const dial = (port: number) =>
  new Promise<Socket>((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket));
    socket.once('error', reject);
  });
