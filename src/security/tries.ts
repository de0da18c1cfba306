import { bytesToHex } from '@noble/hashes/utils.js';
import type { Settlement, Trial } from '../db/attempts';
import type { Settings } from '../env';
import { Problem } from '../problems';
import { macFor } from './keys';

const KNOWN_SECONDS = 30 * 24 * 60 * 60;

/** A counter's key: keyed with our secret, so that the table of counters names neither people nor addresses. */
const keyOf = ({ JWT_SECRET }: Settings, ...parts: (string | number | null)[]) =>
  bytesToHex(macFor(JWT_SECRET, 'attempts', JSON.stringify(parts)));

/** Once, and not by Postgres too: what one takes for the same letter and the other doesn't would be counted apart. */
export const nameKey = (name: string) => name.toLowerCase();

const pair = (settings: Settings, name: string, network: string) =>
  keyOf(settings, 'login', nameKey(name), network);
const account = (settings: Settings, name: string) => keyOf(settings, 'account', nameKey(name));
const address = (settings: Settings, network: string) => keyOf(settings, 'address', network);
const known = (settings: Settings, name: string, network: string) =>
  keyOf(settings, 'known', nameKey(name), network);

/**
 * A login, counted for the name and the network together, for the name, and for the network. A name is counted as it is
 * written: counting an email and a username as one would tell that they belong together. Where the person has signed in
 * from this network before, the count for the name alone doesn't hold: strangers can't lock them out.
 */
export function loginTrial(settings: Settings, name: string, network: string): Trial {
  return {
    rules: [
      {
        key: pair(settings, name, network),
        tries: settings.LOGIN_TRIES,
        delay_max_seconds: settings.LOGIN_DELAY_MAX_SECONDS,
      },
      {
        key: account(settings, name),
        tries: settings.LOGIN_ACCOUNT_TRIES,
        delay_max_seconds: settings.LOGIN_ACCOUNT_DELAY_MAX_SECONDS,
      },
      {
        key: address(settings, network),
        tries: settings.LOGIN_ADDRESS_TRIES,
        delay_max_seconds: settings.LOGIN_ADDRESS_DELAY_MAX_SECONDS,
      },
    ],
    forget_seconds: settings.LOGIN_FORGET_SECONDS,
    exempt_key: account(settings, name),
    known_key: known(settings, name, network),
  };
}

/** Who proved who they are, by a password or by a mailed code, has no failed tries and is known from this network. */
export function proven(settings: Settings, names: string[], network: string): Settlement {
  const each = [...new Set(names.map(nameKey))];
  return {
    forgotten: each.flatMap((name) => [pair(settings, name, network), account(settings, name)]),
    uncounted: [],
    known: each.map((name) => known(settings, name, network)),
    known_seconds: KNOWN_SECONDS,
  };
}

/**
 * The same after a login, whose try the network gets back. The network's other tries stand: else an attacker would wash
 * theirs off with an account of their own.
 */
export const loggedIn = (settings: Settings, names: string[], network: string): Settlement => ({
  ...proven(settings, names, network),
  uncounted: [address(settings, network)],
});

const confirming = (settings: Settings, session: string | null) => keyOf(settings, 'confirm', session);

/** The own password, asked for again. Counted for this session only: it is nobody else's door. */
export const confirmationTrial = (settings: Settings, session: string | null): Trial => ({
  rules: [
    {
      key: confirming(settings, session),
      tries: settings.LOGIN_TRIES,
      delay_max_seconds: settings.LOGIN_DELAY_MAX_SECONDS,
    },
  ],
  forget_seconds: settings.LOGIN_FORGET_SECONDS,
});

export const confirmed = (settings: Settings, session: string | null): Settlement => ({
  forgotten: [confirming(settings, session)],
  uncounted: [],
  known: [],
  known_seconds: KNOWN_SECONDS,
});

/** draft-ietf-httpapi-ratelimit-headers: so many tries, and then a growing wait. */
export function tooManyTries(settings: Settings, retry_after: number): Problem {
  return new Problem('too_many_tries', `Too many wrong passwords. Try again in ${retry_after} s.`, {
    headers: {
      'Retry-After': String(retry_after),
      'RateLimit-Policy': `"password";q=${settings.LOGIN_TRIES};w=${settings.LOGIN_FORGET_SECONDS}`,
      RateLimit: `"password";r=0;t=${retry_after}`,
    },
  });
}
