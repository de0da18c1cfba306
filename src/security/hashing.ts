import { compare } from 'bcryptjs';

/** How this runtime hashes passwords. */
export interface Hashing {
  /** How many hashes may run at once without keeping other requests waiting. */
  at_once: number;
  /** Whether `password` is the one of a bcrypt hash. */
  compareBcrypt(password: string, stored: string): Promise<boolean>;
}

/** A server that hashes on threads of its own says so; the Worker has one thread for everything. */
export interface HashingBinding {
  HASHING?: Hashing;
}

/** On the thread that serves requests. */
const ON_THIS_THREAD: Hashing = { at_once: 1, compareBcrypt: compare };

export const hashingOf = ({ HASHING }: HashingBinding = {}): Hashing => HASHING ?? ON_THIS_THREAD;
