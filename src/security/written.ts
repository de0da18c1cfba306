import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import type { Context } from 'hono';
import type { Settings } from '../env';
import type { AppEnv } from '../http/context';
import { isEqual, macFor } from './keys';

// Who has written sees it at once. A server with a replica answers a write with `Ledge-Written`, the moment of the write and
// a code under our secret for that moment and this person. A client sends the last one back with what it reads: only a
// signed-in read that shows that its last write was a while ago may come from the replica.

const NAME = 'Ledge-Written';
const MARK = /^(\d{13})\.([\da-f]{32})$/;
/** 128 bits. */
const MAC_BYTES = 16;
/** About 200 kB. When it is full, the set is cleared. */
const KEPT_MARKS_MAX = 2_000;

/** Marks whose code was right, each with its person: clients send one many times. */
const verified = new WeakMap<Settings, Set<string>>();

const macOf = ({ JWT_SECRET }: Settings, user: number, moment: string) =>
  macFor(JWT_SECRET, 'writes', `${user} ${moment}`).subarray(0, MAC_BYTES);

function isOurs(settings: Settings, user: number, moment: string, mac: string): boolean {
  const marks = verified.get(settings) ?? new Set();
  verified.set(settings, marks);
  const mark = `${user} ${moment} ${mac}`;
  if (marks.has(mark)) return true;
  if (!isEqual(macOf(settings, user, moment), hexToBytes(mac))) return false;
  if (marks.size >= KEPT_MARKS_MAX) marks.clear();
  marks.add(mark);
  return true;
}

/** Adds the mark of a write by this person to the answer. */
export function markWrite(c: Context<AppEnv>, user: number): void {
  if (!c.get('db').replica) return;
  const moment = String(Date.now());
  c.res.headers.set(NAME, `${moment}.${bytesToHex(macOf(c.get('settings'), user, moment))}`);
}

/** Lets what this request reads come from the replica, unless the caller may have written what the replica does not have yet. */
export function allowLag(c: Context<AppEnv>): void {
  const { db, caller } = c.var;
  if (!db.replica) return;
  const { user } = caller;
  db.mayLag = user === null || wroteBefore(c, user, Date.now() - db.replica.window_ms);
}

/** Without a mark, nobody knows: then the caller may have written just now. */
function wroteBefore(c: Context<AppEnv>, user: number, time_ms: number): boolean {
  const [, moment, mac] = MARK.exec(c.req.header(NAME) ?? '') ?? [];
  if (moment === undefined || mac === undefined || Number(moment) >= time_ms) return false;
  return isOurs(c.get('settings'), user, moment, mac);
}
