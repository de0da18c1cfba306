import { chmodSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { PGlite, protocol } from '@electric-sql/pglite';
import { btree_gin } from '@electric-sql/pglite/contrib/btree_gin';
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm';
import {
  type Backend,
  leavesState,
  type Query,
  RESET_SESSION,
  runTransaction,
  type Session,
} from './backend.ts';
import { lockFolder } from './folder-lock.ts';
import { openImage } from './pglite-image.ts';
import { readReply } from './wire.ts';

const { serialize } = protocol;

// One write per query. The protocol itself, not `PGlite.query`, because that knows only the types that
// existed when it started, and keeps of a field no more than its name and type.
const RUN = Buffer.concat([serialize.describe({ type: 'P' }), serialize.execute({}), serialize.sync()]);
const encode = ({ text, params = [] }: Query) =>
  Buffer.concat([serialize.parse({ text }), serialize.bind({ values: params }), RUN]);

// For the whole process. With the first statements V8 would optimize PostgreSQL's parser, which takes it two seconds.
const UNOPTIMIZED = ['--no-wasm-tier-up', '--no-wasm-dynamic-tiering'];

// PostgreSQL clears all of its buffers when it starts: 128 MB by default, which takes longer than to read what they hold.
const OPTIONS = {
  extensions: { pg_trgm, btree_gin },
  startParams: [...PGlite.defaultStartParams, '-c', 'shared_buffers=16MB'],
};

/**
 * PostgreSQL in WebAssembly, one session; without `dataDir` in memory. Throws one clear error for a bad folder. It must be
 * closed before the process can end. `optimize` lets V8 compile it for speed, which pays where thousands of queries follow.
 * With `isLocked` the caller has locked the folder, and unlocks it.
 */
export async function openPglite({
  dataDir,
  optimize = false,
  isLocked = false,
}: {
  dataDir?: string | undefined;
  optimize?: boolean;
  isLocked?: boolean;
} = {}): Promise<Backend> {
  if (!optimize) for (const flag of UNOPTIMIZED) setFlagsFromString(flag);
  const unlock = dataDir === undefined || isLocked ? () => undefined : lockFolder(resolve(dataDir));
  try {
    const database = await start(dataDir && resolve(dataDir));
    return backend(database, unlock);
  } catch (error) {
    unlock();
    throw error;
  }
}

async function start(dataDir: string | undefined): Promise<PGlite> {
  if (dataDir === undefined) return openImage(OPTIONS);
  mkdirSync(dataDir, { recursive: true });
  const isNew = readdirSync(dataDir).length === 0;
  if (!isNew && !existsSync(`${dataDir}/PG_VERSION`))
    throw new Error(`${dataDir} holds files but no database. Choose an empty folder.`);
  closeFolder(dataDir);
  const options = { ...OPTIONS, dataDir };
  try {
    return await (isNew ? openImage(options) : PGlite.create(options));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(
      `The database in ${dataDir} can't be opened (${reason}). Delete the folder to start with an empty one.`,
      {
        cause,
      },
    );
  }
}

/** PGlite's files can be read by everybody, so its folder is closed to other users, like Postgres' own. */
function closeFolder(dataDir: string): void {
  try {
    chmodSync(dataDir, 0o700);
  } catch {
    // Some file systems have no modes, and the folder may have another owner.
  }
}

function backend(database: PGlite, unlock: () => void): Backend {
  const send = async (message: Uint8Array) => {
    const chunks: Buffer[] = [];
    try {
      // The chunk is a view of WebAssembly memory, which the next one overwrites.
      await database.execProtocolRawStream(message, {
        onRawData: (chunk) => chunks.push(Buffer.from(chunk)),
      });
    } catch (cause) {
      throw new Error('PGlite has stopped. Start the local database again.', { cause });
    }
    return readReply(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks));
  };

  let stateful = false;
  const session: Session = {
    async query(query) {
      stateful ||= leavesState(query, undefined);
      const answer = await send(encode(query));
      stateful ||= leavesState(query, answer);
      return answer;
    },
    async execute(sql) {
      await send(serialize.query(sql));
    },
  };

  let last: Promise<unknown> = Promise.resolve();
  /** Runs tasks one after another, because there is only one session. */
  const exclusively = <T>(task: () => Promise<T>, signal?: AbortSignal): Promise<T> => {
    const mine = last.then(async () => {
      signal?.throwIfAborted();
      try {
        return await task();
      } finally {
        if (stateful) await session.execute(RESET_SESSION);
        stateful = false;
      }
    });
    last = mine.catch(() => undefined);
    return mine;
  };

  const withReset = <T>(work: (session: Session) => Promise<T>) =>
    exclusively(() => {
      stateful = true;
      return work(session);
    });

  return {
    query: (query, signal) => exclusively(() => session.query(query), signal),
    transaction: (queries, options = {}) =>
      exclusively(() => runTransaction(session, queries, options), options.signal),
    execute: (sql) => withReset((own) => own.execute(sql)),
    session: withReset,
    async close() {
      await last;
      if (!database.closed) await database.close();
      unlock();
    },
  };
}
