import { bytesToHex } from '@noble/hashes/utils.js';
import type { AttemptReset, AttemptRules } from '../db/attempts';
import type { Settings } from '../env';
import { limitHeaders } from '../header-values';
import { Problem } from '../problems';
import { macFor } from './keys';

const KNOWN_SECONDS = 30 * 24 * 60 * 60;

/** A counter's key: an HMAC with our secret, so that the table of counters names neither people nor addresses. */
const counterKey = ({ JWT_SECRET }: Settings, ...parts: (string | number | null)[]) =>
  bytesToHex(macFor(JWT_SECRET, 'attempts', JSON.stringify(parts)));

/**
 * The form of a name under which it is counted and looked up. Postgres must not fold it again: names that only one of two
 * foldings takes for the same would have two counters.
 */
export const nameKey = (name: string) => name.toLowerCase();

const loginKey = (settings: Settings, name: string, network: string) =>
  counterKey(settings, 'login', nameKey(name), network);
const accountKey = (settings: Settings, name: string) => counterKey(settings, 'account', nameKey(name));
const addressKey = (settings: Settings, network: string) => counterKey(settings, 'address', network);
const knownKey = (settings: Settings, name: string, network: string) =>
  counterKey(settings, 'known', nameKey(name), network);

/**
 * The rules for a login: one for the name and the network together, one for the name, one for the network. An email and a
 * username are counted separately, so that nobody learns which belong together. If the person has signed in from this
 * network before, the rule for the name alone doesn't hold, so that strangers can't lock them out.
 */
export function loginRules(settings: Settings, name: string, network: string): AttemptRules {
  return {
    rules: [
      {
        key: loginKey(settings, name, network),
        tries: settings.LOGIN_TRIES,
        delay_max_seconds: settings.LOGIN_DELAY_MAX_SECONDS,
      },
      {
        key: accountKey(settings, name),
        tries: settings.LOGIN_ACCOUNT_TRIES,
        delay_max_seconds: settings.LOGIN_ACCOUNT_DELAY_MAX_SECONDS,
      },
      {
        key: addressKey(settings, network),
        tries: settings.LOGIN_ADDRESS_TRIES,
        delay_max_seconds: settings.LOGIN_ADDRESS_DELAY_MAX_SECONDS,
      },
    ],
    forget_seconds: settings.LOGIN_FORGET_SECONDS,
    exempt_key: accountKey(settings, name),
    known_key: knownKey(settings, name, network),
  };
}

/** After a reset by mail: no failed tries are left, and the person is known from this network. */
export function afterReset(settings: Settings, names: string[], network: string): AttemptReset {
  const each = [...new Set(names.map(nameKey))];
  return {
    clear_keys: each.flatMap((name) => [loginKey(settings, name, network), accountKey(settings, name)]),
    decrement_keys: [],
    known_keys: each.map((name) => knownKey(settings, name, network)),
    known_seconds: KNOWN_SECONDS,
  };
}

/**
 * After a login, which takes its own try off the network's counter. The network's other tries stay: an attacker must not
 * be able to clear them with an account of their own.
 */
export const afterLogin = (settings: Settings, names: string[], network: string): AttemptReset => ({
  ...afterReset(settings, names, network),
  decrement_keys: [addressKey(settings, network)],
});

const confirmationKey = (settings: Settings, session: string | null) =>
  counterKey(settings, 'confirm', session);

/** The rules for the caller's own password, asked for again. Counted for this session: nobody else can try it. */
export const confirmationRules = (settings: Settings, session: string | null): AttemptRules => ({
  rules: [
    {
      key: confirmationKey(settings, session),
      tries: settings.LOGIN_TRIES,
      delay_max_seconds: settings.LOGIN_DELAY_MAX_SECONDS,
    },
  ],
  forget_seconds: settings.LOGIN_FORGET_SECONDS,
});

export const afterConfirmation = (settings: Settings, session: string | null): AttemptReset => ({
  clear_keys: [confirmationKey(settings, session)],
  decrement_keys: [],
  known_keys: [],
  known_seconds: KNOWN_SECONDS,
});

/** A 429 with the headers of draft-ietf-httpapi-ratelimit-headers. */
export function tooManyTries(settings: Settings, retry_after: number): Problem {
  const limit = {
    name: 'password',
    quota: settings.LOGIN_TRIES,
    window_seconds: settings.LOGIN_FORGET_SECONDS,
  };
  return new Problem('too_many_tries', `Too many wrong passwords. Try again in ${retry_after} s.`, {
    headers: limitHeaders(limit, retry_after),
  });
}
