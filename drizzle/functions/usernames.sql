-- A username that was given up, because its owner has another one or the account was deleted, rests for some days: nobody
-- but its former owner can take it, so that nobody can pose as them. Only a digest of it is kept. With 0 days it can be
-- taken at once.

-- Lets a username rest. `former_owner` is null for an account that is deleted.
CREATE FUNCTION rest_username(username text, former_owner bigint, rest_days integer) RETURNS void LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
  IF rest_days > 0 THEN
    INSERT INTO resting_usernames (digest, former_owner, expires_at)
      VALUES (
        username_digest(rest_username.username), rest_username.former_owner, now() + make_interval(days => rest_days))
      ON CONFLICT (digest) DO UPDATE SET former_owner = excluded.former_owner, expires_at = excluded.expires_at;
    -- Nobody keeps more than ten names from others.
    DELETE FROM resting_usernames WHERE resting_usernames.digest IN (
      SELECT own.digest FROM resting_usernames AS own WHERE own.former_owner = rest_username.former_owner
        ORDER BY own.expires_at DESC, own.digest OFFSET 10);
  END IF;
END $$;

-- Refuses the username of this account if it rests for somebody else, as if it were taken. It is called once the row has
-- the name: whoever gives it up at the same time has then committed, and this statement sees that it rests.
CREATE FUNCTION claim_username(account users, rest_days integer) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM resting_usernames
    WHERE resting_usernames.digest = username_digest(account.username) AND resting_usernames.expires_at > now()
      AND resting_usernames.former_owner IS DISTINCT FROM account.id AND rest_days > 0;
  IF FOUND THEN
    RAISE unique_violation USING MESSAGE = 'the username rests', CONSTRAINT = 'users_username_key';
  END IF;
  DELETE FROM resting_usernames WHERE resting_usernames.digest = username_digest(account.username);
END $$;
