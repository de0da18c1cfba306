-- Until when a key has to wait after `count` tries: null for the first ones, then a second, and twice as long after each
-- further try.
CREATE FUNCTION wait_after(count integer, tries integer, delay_max_seconds integer) RETURNS timestamptz
LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN count >= tries
    THEN now() + make_interval(secs => least(delay_max_seconds, power(2, least(count - tries, 30)))) END
$$;

-- The key of a counter for a name, in whatever form it was typed: as the name is looked up, so it is counted.
CREATE FUNCTION name_key(pepper text, name text) RETURNS text LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN encode(sha256(decode(pepper, 'hex') || convert_to(fold(name), 'UTF8')), 'hex');
END $$;

-- The rules for a try at a name: keys that are `named` are keys for this name alone.
CREATE FUNCTION attempt_at(name text, attempt json) RETURNS json LANGUAGE plpgsql STABLE AS $$
#variable_conflict use_column
BEGIN
  RETURN json_build_object(
    'rules', (
      SELECT json_agg(json_build_object(
          'key', CASE WHEN rule.named THEN name_key(rule.key, attempt_at.name) ELSE rule.key END,
          'tries', rule.tries, 'delay_max_seconds', rule.delay_max_seconds))
        FROM json_to_recordset(attempt -> 'rules') AS rule (key text, named boolean, tries integer, delay_max_seconds integer)
    ),
    'forget_seconds', attempt -> 'forget_seconds',
    'exempt_key', name_key(attempt ->> 'exempt_key', attempt_at.name),
    'known_key', name_key(attempt ->> 'known_key', attempt_at.name));
END $$;

-- Counts a try under each of `rules` (key, tries, delay_max_seconds), or refuses it because one of the keys has to wait.
-- The rule of `exempt_key` doesn't hold while `known_key` is remembered. Locks the counters in the order of their keys. A
-- counter that another try has just blocked fails the condition of DO UPDATE, so that of fifty tries at once no more pass
-- than the rules allow.
CREATE FUNCTION count_attempt(attempt json, OUT allowed boolean, OUT retry_after integer) LANGUAGE plpgsql AS $$
DECLARE
  forget_at CONSTANT timestamptz := now() + make_interval(secs => (attempt ->> 'forget_seconds')::integer);
  exempt_key CONSTANT text := CASE WHEN EXISTS (
      SELECT FROM attempts WHERE attempts.key = attempt ->> 'known_key' AND attempts.expires_at > now()
    ) THEN attempt ->> 'exempt_key' END;
  keys CONSTANT text[] := ARRAY (
    SELECT rule ->> 'key' FROM json_array_elements(attempt -> 'rules') AS rule
      WHERE rule ->> 'key' IS DISTINCT FROM exempt_key);
  counted integer;
BEGIN
  allowed := NOT EXISTS (SELECT FROM attempts WHERE attempts.key = ANY (keys) AND attempts.blocked_until > now());
  IF allowed THEN
    INSERT INTO attempts AS counter (key, count, blocked_until, expires_at)
      SELECT rule.key, 1, wait_after(1, rule.tries, rule.delay_max_seconds), forget_at
        FROM json_to_recordset(attempt -> 'rules') AS rule (key text, tries integer, delay_max_seconds integer)
        WHERE rule.key = ANY (keys) ORDER BY rule.key
      ON CONFLICT (key) DO UPDATE SET (count, blocked_until, expires_at) = (
          SELECT tried.count, wait_after(tried.count, rule.tries, rule.delay_max_seconds), excluded.expires_at
            FROM json_to_recordset(attempt -> 'rules') AS rule (key text, tries integer, delay_max_seconds integer),
                 LATERAL (SELECT CASE WHEN counter.expires_at > now() THEN counter.count + 1 ELSE 1 END) AS tried (count)
            WHERE rule.key = counter.key
        )
        WHERE counter.blocked_until IS NULL OR counter.blocked_until <= now();
    GET DIAGNOSTICS counted = ROW_COUNT;
    allowed := counted = cardinality(keys);
  END IF;
  retry_after := 0;
  IF NOT allowed THEN
    SELECT greatest(1, ceil(extract(epoch FROM max(attempts.blocked_until) - clock_timestamp()))) INTO retry_after
      FROM attempts WHERE attempts.key = ANY (keys);
  END IF;
END $$;

-- The keys of counters, each once: for each of the names, or as they are when no name is given.
CREATE FUNCTION keys_at(names text[], keys json) RETURNS text[] LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF names = '{}' THEN
    RETURN ARRAY (SELECT json_array_elements_text(keys));
  END IF;
  RETURN ARRAY (
    SELECT DISTINCT name_key(given.key, one.name)
      FROM json_array_elements_text(keys) AS given (key) CROSS JOIN unnest(names) AS one (name));
END $$;

-- What a right password or code does to the counters: deletes those of `clear_keys`, takes one try off those of
-- `decrement_keys`, and remembers `known_keys` for `known_seconds`. Locks them in the order of their keys.
CREATE FUNCTION reset_attempts(reset json) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  names CONSTANT text[] := ARRAY (SELECT json_array_elements_text(reset -> 'names'));
  clear_keys CONSTANT text[] := keys_at(names, reset -> 'clear_keys');
  known_keys CONSTANT text[] := keys_at(names, reset -> 'known_keys');
  decrement_keys CONSTANT text[] := ARRAY (SELECT json_array_elements_text(reset -> 'decrement_keys'));
BEGIN
  PERFORM FROM attempts WHERE attempts.key = ANY (clear_keys || decrement_keys) ORDER BY attempts.key FOR UPDATE;
  DELETE FROM attempts WHERE attempts.key = ANY (clear_keys);
  UPDATE attempts SET count = attempts.count - 1, blocked_until = NULL WHERE attempts.key = ANY (decrement_keys);
  INSERT INTO attempts (key, count, expires_at)
    SELECT known.key, 0, now() + make_interval(secs => (reset ->> 'known_seconds')::integer)
      FROM unnest(known_keys) AS known (key) ORDER BY known.key
    ON CONFLICT (key) DO UPDATE SET expires_at = excluded.expires_at;
END $$;
