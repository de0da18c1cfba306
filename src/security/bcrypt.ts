import { getRounds } from 'bcryptjs';
import { hashingOf } from './hashing';

/** The modular crypt format of bcrypt: passlib writes `$2b$`, older programs `$2a$` and `$2y$`. */
const BCRYPT = /^\$2[aby]\$\d{2}\$[./A-Za-z0-9]{53}$/;
/** Cost 12 takes about 300 ms of CPU in the Worker, and each step more doubles that. */
export const COST_MAX = 13;

/** Whether a stored hash was imported from a service that used bcrypt. */
export const isBcrypt = (stored: string) => BCRYPT.test(stored);

/**
 * Whether `password` is the one of a bcrypt hash, which the first login replaces. The password is not normalised, as the
 * service that made the hash didn't. Throws when the hash costs more than `COST_MAX`.
 */
export async function verifyBcrypt(
  password: string,
  stored: string,
  { compareBcrypt } = hashingOf(),
): Promise<boolean> {
  if (getRounds(stored) > COST_MAX) throw new Error('A stored bcrypt hash has a cost that is not allowed.');
  return compareBcrypt(password, stored);
}
