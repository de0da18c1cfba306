-- Deletes at most `rows_max` expired rows of a table, and answers how many. For the cron trigger. Locks those rows, and skips
-- rows that others have locked. A code for an email stays for a day, because it can be sent again for so long.
CREATE FUNCTION delete_expired(kind text, rows_max integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
  deleted integer;
BEGIN
  CASE kind
    WHEN 'sessions' THEN
      DELETE FROM sessions WHERE sessions.ctid = ANY (ARRAY (
        SELECT sessions.ctid FROM sessions WHERE sessions.expires_at <= now() LIMIT rows_max FOR UPDATE SKIP LOCKED));
    WHEN 'codes' THEN
      DELETE FROM codes WHERE codes.ctid = ANY (ARRAY (
        SELECT codes.ctid FROM codes
          WHERE codes.expires_at <= now() - interval '1 hour'
            AND (codes.purpose <> 'email' OR codes.expires_at <= now() - interval '1 day')
          LIMIT rows_max FOR UPDATE SKIP LOCKED));
    WHEN 'attempts' THEN
      DELETE FROM attempts WHERE attempts.ctid = ANY (ARRAY (
        SELECT attempts.ctid FROM attempts WHERE attempts.expires_at <= now() LIMIT rows_max FOR UPDATE SKIP LOCKED));
    WHEN 'resting_usernames' THEN
      DELETE FROM resting_usernames WHERE resting_usernames.ctid = ANY (ARRAY (
        SELECT resting_usernames.ctid FROM resting_usernames
          WHERE resting_usernames.expires_at <= now() LIMIT rows_max FOR UPDATE SKIP LOCKED));
    WHEN 'idempotency_keys' THEN
      DELETE FROM idempotency_keys WHERE idempotency_keys.ctid = ANY (ARRAY (
        SELECT idempotency_keys.ctid FROM idempotency_keys
          WHERE idempotency_keys.created_at <= now() - interval '1 day' LIMIT rows_max FOR UPDATE SKIP LOCKED));
  END CASE;
  GET DIAGNOSTICS deleted = ROW_COUNT;
  RETURN deleted;
END $$;
