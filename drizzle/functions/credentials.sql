-- What the Worker needs to check a person's password. No other file returns a password hash.
CREATE FUNCTION credentials_json(person users) RETURNS json LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN json_build_object(
    'id', person.id, 'password_hash', person.password_hash, 'email', person.email, 'username', person.username);
END $$;

-- The highest cost of the imported bcrypt hashes that are left; null when none is. The index users_bcrypt has only those.
CREATE FUNCTION bcrypt_cost() RETURNS integer LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (
    SELECT substr(users.password_hash, 5, 2)::integer FROM users WHERE users.password_hash LIKE '$2%'
      ORDER BY substr(users.password_hash, 5, 2) DESC LIMIT 1);
END $$;

-- Counts a try to sign in, and finds the person by email or by username. Anyone may call it. The name is looked up and
-- counted under one folding: with two, one name could have two counters. Tries at unknown names are counted as well.
-- `bcrypt_cost` is for all: each try does the work that the dearest hash takes.
CREATE FUNCTION start_login(name text, attempt json) RETURNS json
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
  verdict CONSTANT record := count_attempt(attempt_at(name, attempt));
  folded CONSTANT text := fold(name);
BEGIN
  RETURN json_build_object(
    'allowed', verdict.allowed, 'retry_after', verdict.retry_after, 'bcrypt_cost', bcrypt_cost(),
    'credentials', (
      SELECT credentials_json(users) FROM users WHERE fold(users.email) = folded OR fold(users.username) = folded));
END $$;

-- Counts a try at the caller's own password.
CREATE FUNCTION start_confirmation(attempt json, session uuid DEFAULT NULL, caller bigint DEFAULT NULL) RETURNS json
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
  verdict record;
BEGIN
  PERFORM writer(session, caller);
  verdict := count_attempt(attempt);
  RETURN json_build_object(
    'allowed', verdict.allowed, 'retry_after', verdict.retry_after,
    'credentials', (SELECT credentials_json(users) FROM users WHERE users.id = caller));
END $$;

-- Opens a session for a person whose password was right, and resets their counters of tries. `fresh_hash` replaces a hash
-- with outdated parameters. `replaced` is the session that the client had when it signed in again (ASVS 5.0 7.2.4). False
-- when the password was changed, or the person deleted, since the hash was read. Locks the person, then sessions, then
-- counters of tries: a login waits for a reset that runs at the same time, and then finds another hash.
CREATE FUNCTION finish_login(
  id uuid, person bigint, digest text, lifetime_seconds integer, password_hash text, reset json,
  fresh_hash text DEFAULT NULL, user_agent text DEFAULT NULL, replaced uuid DEFAULT NULL
) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
#variable_conflict use_column
BEGIN
  IF fresh_hash IS NULL THEN
    PERFORM FROM users WHERE users.id = person AND users.password_hash = finish_login.password_hash FOR SHARE;
  ELSE
    UPDATE users SET password_hash = fresh_hash WHERE users.id = person AND users.password_hash = finish_login.password_hash;
  END IF;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  INSERT INTO sessions (id, user_id, token_digest, user_agent, expires_at)
    VALUES (
      finish_login.id, person, decode(digest, 'hex'), finish_login.user_agent,
      now() + make_interval(secs => lifetime_seconds));
  DELETE FROM sessions WHERE sessions.id = replaced AND sessions.user_id = person;
  PERFORM reset_attempts(reset);
  RETURN true;
END $$;

-- Stores another password, ends the person's sessions except `kept_session`, and deletes their codes for a reset and for a
-- change of the email, which an intruder may have asked for. A code for the account's own email stays. The person must be
-- locked FOR UPDATE: a login that began earlier has then committed its session, and the statements here see it.
CREATE FUNCTION replace_password(person bigint, fresh_hash text, kept_session uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  UPDATE users SET password_hash = fresh_hash WHERE users.id = person;
  DELETE FROM sessions WHERE sessions.user_id = person AND sessions.id IS DISTINCT FROM kept_session;
  DELETE FROM codes USING users
    WHERE users.id = person AND codes.user_id = person
      AND (codes.purpose = 'password' OR codes.email <> users.email OR users.email_verified);
END $$;

-- Changes the caller's password and ends their other sessions. Answers whom to notify (`email` is null where it is not
-- verified: it may be a stranger's), or null when the password was
-- changed meanwhile by another call. Locks the caller, then sessions, codes, and counters of tries.
CREATE FUNCTION change_password(
  password_hash text, fresh_hash text, reset json, session uuid DEFAULT NULL, caller bigint DEFAULT NULL
) RETURNS json LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
  me users;
BEGIN
  PERFORM account_owner(session, caller);
  SELECT * INTO me FROM users WHERE users.id = caller AND users.password_hash = change_password.password_hash;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  PERFORM replace_password(caller, fresh_hash, session);
  PERFORM reset_attempts(reset);
  RETURN json_build_object('email', CASE WHEN me.email_verified THEN me.email END, 'username', me.username);
END $$;

-- Uses up the reset code with this digest, changes the password, ends every session and resets the counters of tries. A
-- person who has the code has the mailbox, so the address counts as verified. Answers whom to notify, or null when the code
-- was used up meanwhile. Locks the person, then codes, sessions, and counters of tries.
CREATE FUNCTION reset_password(person bigint, digest text, fresh_hash text, reset json) RETURNS json
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
  mailed_to text;
  owner users;
BEGIN
  PERFORM FROM users WHERE users.id = person FOR UPDATE;
  DELETE FROM codes
    WHERE codes.user_id = person AND codes.purpose = 'password'
      AND codes.digest = decode(reset_password.digest, 'hex') AND codes.expires_at > now()
    RETURNING codes.email INTO mailed_to;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  UPDATE users SET version = users.version + 1, email_verified = users.email_verified OR users.email = mailed_to
    WHERE users.id = person RETURNING * INTO owner;
  PERFORM replace_password(person, fresh_hash, NULL);
  PERFORM reset_attempts(reset);
  RETURN json_build_object('email', owner.email, 'username', owner.username);
END $$;
