import { getRounds } from 'bcryptjs';
import { hashingOf } from './hashing';

/** The modular crypt format of bcrypt: passlib writes `$2b$`, older programs `$2a$` and `$2y$`. */
const BCRYPT = /^\$2[aby]\$\d{2}\$[./A-Za-z0-9]{53}$/;
/** Cost 12 takes about 300 ms of CPU in the Worker, and each step more doubles that. */
export const COST_MAX = 13;

/** Salt and hash of no password. */
const NOBODYS = '.'.repeat(53);

/** Whether a stored hash was imported from a service that used bcrypt. */
export const isBcrypt = (stored: string) => BCRYPT.test(stored);

/**
 * Whether `password` is the one of a bcrypt hash, which the first login replaces. The password is not normalised, as the
 * service that made the hash didn't. A hash that costs more than `COST_MAX` is not computed: no password matches it.
 */
export async function verifyBcrypt(
  password: string,
  stored: string,
  { compareBcrypt } = hashingOf(),
): Promise<boolean> {
  return getRounds(stored) <= COST_MAX && compareBcrypt(password, stored);
}

/**
 * Does the rest of the work that a bcrypt hash of this cost takes, after that of `stored`. Each step of the cost doubles the
 * work: going from one cost to a higher one takes as much as one hash of each cost from the lower one on, without the higher.
 */
export async function fillUpBcrypt(
  password: string,
  stored: string | undefined,
  cost: number,
  { compareBcrypt } = hashingOf(),
): Promise<void> {
  const target = Math.min(cost, COST_MAX);
  const own = stored !== undefined && isBcrypt(stored) ? getRounds(stored) : COST_MAX + 1;
  const lacking = own > COST_MAX ? [target] : Array.from({ length: target - own }, (_, step) => own + step);
  for (const each of lacking)
    await compareBcrypt(password, `$2b$${String(each).padStart(2, '0')}$${NOBODYS}`);
}
