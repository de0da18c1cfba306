/** How often something may be tried under a key before each further try doubles the wait, from a second up. */
export interface AttemptRule {
  /** A digest that names no person. */
  key: string;
  tries: number;
  delay_max_seconds: number;
}

/** The rules under which a try is counted before anybody knows whether it is right. */
export interface AttemptRules {
  rules: AttemptRule[];
  forget_seconds: number;
  /** The rule of this key doesn't hold where `known_key` is remembered. */
  exempt_key?: string;
  known_key?: string;
}

/** What follows from a right password: counters that end, one that takes its try back, and what is remembered. */
export interface AttemptReset {
  forgotten: string[];
  uncounted: string[];
  known: string[];
  known_seconds: number;
}

/** The names that these had before. */
export type Rule = AttemptRule;
export type Trial = AttemptRules;
export type Settlement = AttemptReset;

/** Whether a try may go on; if not, after how many seconds. */
export interface Verdict {
  allowed: boolean;
  retry_after: number;
}
