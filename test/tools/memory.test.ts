import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundle, startWorker } from '../../tools/bench/workers.ts';

const scratch = mkdtempSync(path.join(tmpdir(), 'ledge-memory-'));

/** A Neon that answers every list with one row and says that more follow, so that each answer has a cursor. */
const statements = new Set<string>();
const neon = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  statements.add((JSON.parse(body) as { query: string }).query);
  const page = {
    items: [{}],
    first: ['2026-01-01T00:00:00.000Z', 9],
    last: [1, 1],
    more: true,
    beyond: true,
    total: 1,
  };
  const answer = {
    fields: [{ name: 'list', dataTypeID: 114 }],
    rows: [[JSON.stringify(page)]],
    command: 'SELECT',
    rowCount: 1,
    rowAsArray: true,
  };
  response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
});

let worker: Awaited<ReturnType<typeof startWorker>>;

beforeAll(async () => {
  await new Promise<void>((resolve) => neon.listen(0, '127.0.0.1', resolve));
  worker = await startWorker(bundle(scratch), `http://127.0.0.1:${(neon.address() as AddressInfo).port}`, {
    ENVIRONMENT: 'production',
    DATABASE_URL: 'postgresql://ledge:secret@ep-test.localhost/ledge',
    JWT_SECRET: 'a secret that signs nothing but this run',
    JWT_ISSUER: 'ledge',
    JWT_AUDIENCE: 'ledge',
    MAIL_FROM: 'ledge@example.com',
  });
});

afterAll(async () => {
  await worker.stop();
  neon.closeAllConnections();
  neon.close();
  rmSync(scratch, { recursive: true });
});

/** Mebibytes that the Worker's process holds. */
const residentSize = () =>
  Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${worker.pid}/status`, 'utf8'))?.[1]) / 1024;

/** A list that nobody has asked for before: the bits of `n` choose its filters. */
function listOf(n: number): string {
  const query = new URLSearchParams({ limit: '1' });
  const choose = (bit: number, name: string, value: string) => {
    if ((n >> bit) & 1) query.set(name, value);
  };
  choose(0, 'search', `word ${n}`);
  choose(1, 'author', n % 4 < 2 ? `user_${n}` : String(n));
  choose(2, 'tag', `tag${n}`);
  choose(3, 'since', '2026-01-01');
  choose(4, 'until', `2026-02-${10 + (n % 19)}`);
  choose(5, 'order', 'asc');
  choose(6, 'total', 'true');
  choose(7, 'sort', 'top');
  choose(8, 'replies', n % 3 ? 'only' : 'include');
  choose(9, 'search_in', 'title');
  choose(10, 'ids', `${n},${n + 1}`);
  choose(11, 'skip', String(n % 5000));
  query.set('note', String(n));
  return `/posts?${query}`;
}

const CLIENTS = 16;

async function askFor(from: number, to: number): Promise<void> {
  let next = from;
  const client = async () => {
    for (let n = next++; n < to; n = next++) {
      const response = await fetch(worker.address + listOf(n));
      const { page } = (await response.json()) as { page: { next_cursor: string | null } };
      expect(response.status).toBe(200);
      expect(page.next_cursor).toBeTruthy();
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
}

describe.skipIf(process.platform !== 'linux')('the memory of the Worker', () => {
  it('stays flat over 20,000 different lists', async () => {
    await askFor(0, 10_000);
    const before = residentSize();

    await askFor(10_000, 30_000);

    const after = residentSize();
    console.info(`RSS after 10,000 lists: ${before.toFixed(0)} MiB; after 30,000: ${after.toFixed(0)} MiB`);
    expect(after - before).toBeLessThan(56);
    // A statement a list, as it once was, would be 80 MiB and more. Now there is one for each of the two functions that list posts.
    expect(statements.size).toBe(2);
  });
});
