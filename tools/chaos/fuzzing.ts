// The fuzzer against a running Ledge.
import type { ApiDocument } from '../../test/support/operations.ts';
import type { Client, Sent } from './client.ts';
import { type FuzzTarget, fuzz } from './fuzz.ts';
import type { Home } from './homes.ts';
import { counts, type Row } from './report.ts';
import type { World } from './world.ts';

/**
 * Ledge refuses a larger one without reading it to its end, and reads none of a GET, so that its client may find the connection
 * closed.
 */
const BODY_BYTES_MAX = 256 * 1024;
const isUnread = ({ method, body }: Pick<Sent, 'method' | 'body'>) =>
  (body?.length ?? 0) > (method === 'GET' || method === 'HEAD' ? 0 : BODY_BYTES_MAX);

/** Sends to all processes of a home in turn. */
export function targetOf(home: Home, world: World, client: Client): FuzzTarget {
  let turn = 0;
  return {
    async send({ method, target, body }, headers) {
      turn += 1;
      const address = home.addresses[turn % home.addresses.length] as string;
      try {
        return await client(address, { method, target, headers, body });
      } catch (error) {
        const isCutOff = /^(EPIPE|ECONNRESET)$/.test((error as NodeJS.ErrnoException).code ?? '');
        if (isCutOff && isUnread({ method, body })) return undefined;
        throw error;
      }
    },
    async signUp(actor) {
      const [account] = await world.signUp(1);
      if (!account) throw new Error('Nobody was signed up.');
      if (actor === 'admin') await world.promote(account);
      return account;
    },
  };
}

export async function fuzzHome(
  home: Home,
  world: World,
  document: ApiDocument,
  client: Client,
  options: { seed: number; requests: number; at_once: number },
): Promise<Row> {
  const { faults, sent, statuses, succeeded, called } = await fuzz(
    document,
    targetOf(home, world, client),
    options,
  );
  const wrong = await world.wrongCounters();
  const never = [...called].filter((name) => !succeeded.has(name));
  if (never.length > 0) console.error(`Never answered with 2xx: ${never.join(', ')}`);
  return {
    what: `${home.name}: requests made from the document, to ${called.size} of ${document.routes.length} operations`,
    count: sent.toLocaleString('en'),
    seen: `${counts(statuses)}; ${succeeded.size} operations succeeded at least once`,
    broken: [...faults, ...home.unforeseen(), ...wrong],
  };
}
