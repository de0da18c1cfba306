-- What is known of a person to whoever checks their password. No other file reads a hash.
CREATE FUNCTION credentials_json(person users) RETURNS json LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN json_build_object(
    'id', person.id, 'password_hash', person.password_hash, 'email', person.email, 'username', person.username);
END $$;

-- Counts a try to sign in, and finds the person by email or by username. Anyone may ask. `name` is folded already, by
-- whoever made the keys of the counters: what one of two foldings takes for the same letter and the other doesn't would be
-- counted apart. An unknown name is counted as well.
CREATE FUNCTION start_login(name text, attempt json) RETURNS json
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
  verdict CONSTANT record := count_attempt(attempt);
BEGIN
  RETURN json_build_object(
    'allowed', verdict.allowed, 'retry_after', verdict.retry_after,
    'credentials', (
      SELECT credentials_json(users) FROM users WHERE fold(users.email) = name OR fold(users.username) = name));
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

-- Makes a session for a person whose password was right, and ends their failed tries. `fresh_hash` takes the place of a
-- hash of outdated parameters. `replaced` is the session that the client held as it signed in again (ASVS 5.0 7.2.4). False
-- when the password changed, or the person went, since it was read. Locks the person, then sessions, then counters of tries:
-- a login that meets a reset waits for it, and finds another hash.
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

-- Stores another password, and with it ends the sessions of a person but for `spared`, and what was asked for in them: a
-- code for another password, and the change to another address, which whoever is thrown out may have begun. The account's
-- own address may still wait for its verification. The caller of this function holds the person against everybody who
-- writes in their name: a login that was there first has committed its session, and the statements here see it.
CREATE FUNCTION replace_password(person bigint, fresh_hash text, spared uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  UPDATE users SET password_hash = fresh_hash WHERE users.id = person;
  DELETE FROM sessions WHERE sessions.user_id = person AND sessions.id IS DISTINCT FROM spared;
  DELETE FROM codes USING users
    WHERE users.id = person AND codes.user_id = person
      AND (codes.purpose = 'password' OR codes.email <> users.email OR users.email_verified);
END $$;

-- Changes the caller's password and ends their other sessions; answers whom to tell, or null when the password was changed
-- from elsewhere meanwhile. Locks the caller, then sessions, codes, and counters of tries.
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
  RETURN json_build_object('email', me.email, 'username', me.username);
END $$;

-- Uses up a reset code, which is known by its digest, and changes the password: ends every session and forgets failed tries,
-- all of it or nothing. Who holds a code holds the mailbox: the address is verified by it. Answers whom to tell, or null
-- when the code was used up meanwhile. Locks the person, then codes, sessions, and counters of tries.
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
