-- Counts a mail to an address, and answers 0 if it may be sent, else in how many seconds the next one may. Each occasion
-- (recovery, verification, change) has its own counter, so that what strangers can ask for uses up no other mails. The
-- window runs from the last mail, so that no window holds more mails than are allowed. `code` is a new code, with these
-- limits.
CREATE FUNCTION count_mail(email text, occasion text, code json) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  counter_key CONSTANT text := name_key(code ->> 'pepper', occasion || ' ' || email);
BEGIN
  INSERT INTO attempts (key, count, expires_at)
    VALUES (counter_key, 1, now() + make_interval(secs => (code ->> 'mails_window_seconds')::integer))
    ON CONFLICT (key) DO UPDATE SET
      count = CASE WHEN attempts.expires_at > now() THEN attempts.count + 1 ELSE 1 END, expires_at = excluded.expires_at
      WHERE attempts.expires_at <= now() OR attempts.count < (code ->> 'mails_max')::integer;
  IF FOUND THEN
    RETURN 0;
  END IF;
  RETURN (
    SELECT greatest(1, ceil(extract(epoch FROM attempts.expires_at - clock_timestamp()))) FROM attempts WHERE attempts.key = counter_key
  );
END $$;

-- Stores a new code, which replaces the person's earlier one for this purpose.
CREATE FUNCTION store_code(person bigint, purpose text, email text, code json) RETURNS void LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
  INSERT INTO codes (user_id, purpose, email, salt, digest, expires_at)
    VALUES (
      person, store_code.purpose, store_code.email, decode(code ->> 'salt', 'hex'), decode(code ->> 'digest', 'hex'),
      now() + make_interval(secs => (code ->> 'lifetime_seconds')::integer))
    ON CONFLICT (user_id, purpose) DO UPDATE SET
      email = excluded.email, salt = excluded.salt, digest = excluded.digest, tries = 0, created_at = now(),
      expires_at = excluded.expires_at;
END $$;

-- The outcome of a try at a code. Only somebody who knows the code learns that it has expired.
CREATE FUNCTION code_outcome(is_right boolean, is_fresh boolean) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  RETURN CASE WHEN is_right AND is_fresh THEN 'right' WHEN is_right THEN 'expired' ELSE 'invalid' END;
END $$;

-- Stores a reset code and answers whom to mail it to; null when there is no such account, or enough was mailed already.
-- Anyone may call it. Mails to unknown addresses are counted as well. Locks the person, then the counter of mails, then the
-- code.
CREATE FUNCTION create_reset_code(email text, code json) RETURNS json
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
  person record;
  wait_seconds integer;
BEGIN
  SELECT users.id, users.email, users.username INTO person
    FROM users WHERE fold(users.email) = fold(create_reset_code.email) FOR KEY SHARE;
  wait_seconds := count_mail(create_reset_code.email, 'recovery', code);
  IF person.id IS NULL OR wait_seconds > 0 THEN
    RETURN NULL;
  END IF;
  PERFORM store_code(person.id, 'password', person.email, code);
  RETURN json_build_object('email', person.email, 'username', person.username);
END $$;

-- Stores a new code for the email that the caller has to verify and answers whom to mail it to, or `retry_after`, in how
-- many seconds, when enough was mailed already; null when there is none to verify. Locks the caller, then the counter of
-- mails, then the code.
CREATE FUNCTION renew_email_code(code json, session uuid DEFAULT NULL, caller bigint DEFAULT NULL) RETURNS json
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
  recipient record;
  wait_seconds integer;
BEGIN
  PERFORM lock_people(ARRAY [caller]);
  PERFORM writer(session, caller);
  SELECT users.username, coalesce(codes.email, users.email) AS email,
         CASE WHEN codes.email <> users.email THEN 'change' ELSE 'verification' END AS occasion
    INTO recipient
    FROM users LEFT JOIN codes ON codes.user_id = users.id AND codes.purpose = 'email'
    WHERE users.id = caller AND (codes.email IS NOT NULL OR NOT users.email_verified);
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  wait_seconds := count_mail(recipient.email, recipient.occasion, code);
  IF wait_seconds > 0 THEN
    RETURN json_build_object('retry_after', wait_seconds);
  END IF;
  PERFORM store_code(caller, 'email', recipient.email, code);
  RETURN json_build_object('email', recipient.email, 'username', recipient.username);
END $$;

-- Counts a try at the reset code of an address, and answers its outcome. A try is counted before the code is compared: of
-- fifty at once, each waits for the one before. Anyone may call it.
CREATE FUNCTION try_reset_code(email text, presented text, tries_max integer) RETURNS json
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
  tried record;
BEGIN
  UPDATE codes SET tries = codes.tries + 1 FROM users
    WHERE fold(users.email) = fold(try_reset_code.email) AND codes.user_id = users.id
      AND codes.purpose = 'password' AND codes.tries < tries_max
    RETURNING users.id, users.email, users.username, codes.digest,
              codes.digest = sha256(codes.salt || decode(presented, 'hex')) AS is_right, codes.expires_at > now() AS is_fresh
    INTO tried;
  RETURN json_build_object(
    'outcome', code_outcome(tried.is_right, tried.is_fresh),
    'person', CASE WHEN tried.id IS NOT NULL THEN json_build_object(
      'id', tried.id, 'email', tried.email, 'username', tried.username, 'digest', encode(tried.digest, 'hex')) END);
END $$;

-- Counts a try at the caller's code for an email. With the right code, the address that it was mailed to becomes the
-- account's. `previous` is the account's address before; `moved` says whether it is another one, and not the same in
-- another case. Locks the caller, the session, and the code. An address that somebody else has taken meanwhile violates
-- users_email_key.
CREATE FUNCTION verify_email(
  presented text, tries_max integer, session uuid DEFAULT NULL, caller bigint DEFAULT NULL
) RETURNS json LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
  me users;
  tried record;
  outcome text;
BEGIN
  PERFORM account_owner(session, caller);
  SELECT * INTO me FROM users WHERE users.id = caller;
  UPDATE codes SET tries = codes.tries + 1
    WHERE codes.user_id = caller AND codes.purpose = 'email' AND codes.tries < tries_max
    RETURNING codes.email,
              codes.digest = sha256(codes.salt || decode(presented, 'hex')) AS is_right, codes.expires_at > now() AS is_fresh
    INTO tried;
  outcome := code_outcome(tried.is_right, tried.is_fresh);
  IF outcome = 'right' THEN
    UPDATE users SET email = tried.email, email_verified = true, version = users.version + 1
      WHERE users.id = caller AND (users.email, users.email_verified) IS DISTINCT FROM (tried.email, true);
    -- A reset code that was mailed to the earlier address must not work any more.
    DELETE FROM codes WHERE codes.user_id = caller AND (codes.purpose = 'email' OR codes.email <> tried.email);
  END IF;
  RETURN json_build_object(
    'outcome', outcome, 'username', me.username, 'email', tried.email, 'previous', me.email,
    'moved', fold(tried.email) <> fold(me.email));
END $$;
