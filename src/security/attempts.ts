import { bytesToHex } from '@noble/hashes/utils.js';
import type { AttemptReset, AttemptRules, CodeDraft, MailsExhausted } from '../db/json';
import type { Settings } from '../env';
import { limitHeaders } from '../header-values';
import { Problem } from '../problems';
import { macFor } from './keys';

const KNOWN_SECONDS = 30 * 24 * 60 * 60;

/** A counter's key: an HMAC with our secret, so that the table of counters names neither people nor addresses. */
const counterKey = ({ JWT_SECRET }: Settings, ...parts: (string | number | null)[]) =>
  bytesToHex(macFor(JWT_SECRET, 'attempts', JSON.stringify(parts)));

// Those for a name are not complete: Postgres folds the name as it does to look it up, and adds it.
const loginKey = (settings: Settings, network: string) => counterKey(settings, 'login', network);
const accountKey = (settings: Settings) => counterKey(settings, 'account');
const addressKey = (settings: Settings, network: string) => counterKey(settings, 'address', network);
const knownKey = (settings: Settings, network: string) => counterKey(settings, 'known', network);

/**
 * The rules for a login: one for the name and the network together, one for the name, one for the network. An email and a
 * username are counted separately, so that nobody learns which belong together. If the person has signed in from this
 * network before, the rule for the name alone doesn't hold, so that strangers can't lock them out.
 */
export function loginRules(settings: Settings, network: string): AttemptRules {
  return {
    rules: [
      {
        key: loginKey(settings, network),
        named: true,
        tries: settings.LOGIN_TRIES,
        delay_max_seconds: settings.LOGIN_DELAY_MAX_SECONDS,
      },
      {
        key: accountKey(settings),
        named: true,
        tries: settings.LOGIN_ACCOUNT_TRIES,
        delay_max_seconds: settings.LOGIN_ACCOUNT_DELAY_MAX_SECONDS,
      },
      {
        key: addressKey(settings, network),
        named: false,
        tries: settings.LOGIN_ADDRESS_TRIES,
        delay_max_seconds: settings.LOGIN_ADDRESS_DELAY_MAX_SECONDS,
      },
    ],
    forget_seconds: settings.LOGIN_FORGET_SECONDS,
    exempt_key: accountKey(settings),
    known_key: knownKey(settings, network),
  };
}

/** After a reset by mail: no failed tries are left, and the person is known from this network. */
export const afterReset = (settings: Settings, names: string[], network: string): AttemptReset => ({
  names,
  clear_keys: [loginKey(settings, network), accountKey(settings)],
  decrement_keys: [],
  known_keys: [knownKey(settings, network)],
  known_seconds: KNOWN_SECONDS,
});

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
      named: false,
      tries: settings.LOGIN_TRIES,
      delay_max_seconds: settings.LOGIN_DELAY_MAX_SECONDS,
    },
  ],
  forget_seconds: settings.LOGIN_FORGET_SECONDS,
});

export const afterConfirmation = (settings: Settings, session: string | null): AttemptReset => ({
  names: [],
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
  const wait = `${retry_after} ${retry_after === 1 ? 'second' : 'seconds'}`;
  return new Problem('too_many_tries', `Too many wrong passwords. Try again in ${wait}.`, {
    headers: limitHeaders(limit, retry_after),
  });
}

/** For a caller who is signed in. Who asks for a recovery is not told. */
export function tooManyMails(
  { mails_max, mails_window_seconds }: CodeDraft,
  { retry_after }: MailsExhausted,
): Problem {
  const limit = { name: 'mails', quota: mails_max, window_seconds: mails_window_seconds };
  return new Problem('rate_limited', 'This address has received too many mails. Try again later.', {
    headers: limitHeaders(limit, retry_after),
  });
}
