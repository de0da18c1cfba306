import { sql } from 'drizzle-orm';

/** How often something may be tried under a key before each further try doubles the wait, from a second up. */
export interface Rule {
  /** A digest that names no person. */
  key: string;
  tries: number;
  delay_max_seconds: number;
}

/** A try that is counted under several rules before anybody knows whether it is right. */
export interface Trial {
  rules: Rule[];
  forget_seconds: number;
  /** The rule of this key doesn't hold where `known_key` is remembered. */
  exempt_key?: string;
  known_key?: string;
}

/** What follows from a right password: counters that end, one that takes its try back, and what is remembered. */
export interface Settlement {
  forgotten: string[];
  uncounted: string[];
  known: string[];
  known_seconds: number;
}

export const trialValues = ({ rules, forget_seconds, exempt_key = '', known_key = '' }: Trial) => ({
  rule_keys: rules.map(({ key }) => key),
  rule_tries: rules.map(({ tries }) => tries),
  rule_delays: rules.map(({ delay_max_seconds }) => delay_max_seconds),
  forget_seconds,
  exempt_key,
  known_key,
});

const wait = sql`CASE WHEN tried.count >= rules.tries
  THEN now() + make_interval(secs => least(rules.delay_max, power(2, least(tried.count - rules.tries, 30)))) END`;

/**
 * CTEs that count a try under each rule, or under none when one of them is waiting. A row that another try has just
 * made wait fails the condition of DO UPDATE and is not returned: of fifty tries at once as many pass as may.
 */
export const counting = sql`
  rules AS MATERIALIZED (
    SELECT * FROM unnest(${sql.placeholder('rule_keys')}::text[], ${sql.placeholder('rule_tries')}::integer[],
                         ${sql.placeholder('rule_delays')}::integer[]) AS rule (key, tries, delay_max)
      WHERE rule.key <> ${sql.placeholder('exempt_key')} OR NOT EXISTS (
        SELECT FROM attempts WHERE attempts.key = ${sql.placeholder('known_key')} AND attempts.expires_at > now())
  ),
  waiting AS MATERIALIZED (
    SELECT max(attempts.blocked_until) AS until FROM attempts JOIN rules USING (key) WHERE attempts.blocked_until > now()
  ),
  counted AS (
    INSERT INTO attempts (key, count, blocked_until, expires_at)
      SELECT rules.key, 1, ${wait}, now() + make_interval(secs => ${sql.placeholder('forget_seconds')}::integer)
        FROM rules, (SELECT 1 AS count) AS tried, waiting WHERE waiting.until IS NULL
        ORDER BY rules.key
      ON CONFLICT (key) DO UPDATE SET (count, blocked_until, expires_at) = (
          SELECT tried.count, ${wait}, excluded.expires_at
            FROM rules, (SELECT CASE WHEN attempts.expires_at > now() THEN attempts.count + 1 ELSE 1 END AS count) AS tried
            WHERE rules.key = attempts.key
        )
        WHERE attempts.blocked_until IS NULL OR attempts.blocked_until <= now()
      RETURNING key
  )`;

/** Whether the try may go on; if not, after how many seconds. Key and value pairs of `json_build_object`. */
export const verdict = sql`
  'allowed', (SELECT count(*) FROM counted) = (SELECT count(*) FROM rules),
  'retry_after', greatest(1, (SELECT ceil(extract(epoch FROM until - now())) FROM waiting))::integer`;

export interface Verdict {
  allowed: boolean;
  retry_after: number;
}

/** A statement: what a right password does to the counters. They are held in the order in which they are counted. */
export const settling = sql`
  WITH held AS MATERIALIZED (
    SELECT key FROM attempts
      WHERE key = ANY (${sql.placeholder('forgotten')}::text[]) OR key = ANY (${sql.placeholder('uncounted')}::text[])
      ORDER BY key FOR UPDATE
  ),
  ended AS (
    DELETE FROM attempts USING held
      WHERE attempts.key = held.key AND held.key = ANY (${sql.placeholder('forgotten')}::text[])
  ),
  taken_back AS (
    UPDATE attempts SET count = attempts.count - 1, blocked_until = NULL FROM held
      WHERE attempts.key = held.key AND held.key = ANY (${sql.placeholder('uncounted')}::text[])
  )
  INSERT INTO attempts (key, count, expires_at)
    SELECT known.key, 0, now() + make_interval(secs => ${sql.placeholder('known_seconds')}::integer)
      FROM unnest(${sql.placeholder('known')}::text[]) AS known (key) ORDER BY known.key
    ON CONFLICT (key) DO UPDATE SET expires_at = excluded.expires_at`;
