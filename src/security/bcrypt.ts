import { compare, getRounds } from 'bcryptjs';

/** The modular crypt format of bcrypt: passlib writes `$2b$`, older programs `$2a$` and `$2y$`. */
const BCRYPT = /^\$2[aby]\$\d{2}\$[./A-Za-z0-9]{53}$/;
/** Cost 12 takes about 300 ms of CPU here, and each step more doubles that: a row must not be able to spend more. */
const COST_MAX = 13;

/** Whether a stored hash was brought over from a service that used bcrypt. */
export const isBcrypt = (stored: string) => BCRYPT.test(stored);

/**
 * Whether `password` is the one of a bcrypt hash. Such a hash is verified once: the login that succeeds makes a new
 * one. The password is taken as it was typed, without normalisation, as the service that made the hash did. Throws
 * when the hash asks for more work than is allowed.
 */
export async function verifyBcrypt(password: string, stored: string): Promise<boolean> {
  if (getRounds(stored) > COST_MAX) throw new Error('A stored bcrypt hash has a cost that is not allowed.');
  return compare(password, stored);
}
