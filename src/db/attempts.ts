/** How many tries a key has without a wait. Each further one doubles the wait, from one second up. */
export interface AttemptRule {
  /** An HMAC that names no person. */
  key: string;
  /** Whether Postgres makes a key for the tried name of it. */
  named: boolean;
  tries: number;
  delay_max_seconds: number;
}

/** The rules under which a try is counted, before it is known whether it is right. */
export interface AttemptRules {
  rules: AttemptRule[];
  forget_seconds: number;
  /** The rule of this key doesn't hold where `known_key` is remembered. Both are for the tried name. */
  exempt_key?: string;
  known_key?: string;
}

/** What a right password or code does to the counters. */
export interface AttemptReset {
  /** The names for which `clear_keys` and `known_keys` hold; none where they hold as they are. */
  names: string[];
  clear_keys: string[];
  /** Counters that one try is taken off. */
  decrement_keys: string[];
  /** Keys to remember for `known_seconds`. */
  known_keys: string[];
  known_seconds: number;
}
