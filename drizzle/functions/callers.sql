-- Who is calling, and the order in which every function takes its locks:
--
--   1. rows of users, in the order of their ids   (lock_people)
--   2. the session                                (writer)
--   3. rows of posts, in the order of their ids
--   4. post_counts, in the order of their ids
--   5. tags, in the order of their names
--   6. totals                                     (by the triggers alone)
--
-- A function that follows it never waits for one that waits for it. `attempts` and `codes` are locked by functions that
-- lock nothing after them.

-- The id of the caller, or null for an anonymous reader. An ended session (signed out, reset, of a deleted person) is
-- LG401: nothing is read on its behalf.
CREATE FUNCTION reader(session uuid, caller bigint) RETURNS bigint LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF session IS NULL THEN
    RETURN NULL;
  END IF;
  PERFORM FROM sessions WHERE sessions.id = session AND sessions.user_id = caller AND sessions.expires_at > now();
  IF NOT FOUND THEN
    RAISE EXCEPTION 'the session has ended' USING ERRCODE = 'LG401';
  END IF;
  RETURN caller;
END $$;

-- The same after the person was locked: each statement sees what was committed before it, so a session that ended while
-- the lock was waited for is seen to have ended.
CREATE FUNCTION check_session(session uuid, caller bigint) RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM sessions WHERE sessions.id = session AND sessions.user_id = caller AND sessions.expires_at > now();
  IF NOT FOUND THEN
    RAISE EXCEPTION 'the session has ended' USING ERRCODE = 'LG401';
  END IF;
  RETURN caller;
END $$;

-- Who writes. The person stays until the transaction ends, so whatever ends their sessions (a new
-- password, a deletion) comes before it or after it. Signing out beside it does not wait.
CREATE FUNCTION writer(session uuid, caller bigint) RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM users WHERE users.id = caller FOR KEY SHARE;
  RETURN check_session(session, caller);
END $$;

-- Locks people whose counters a function will move, before it asks for the session: a weaker lock that is made stronger
-- later would be waited for by those that hold the other half.
CREATE FUNCTION lock_people(people bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM users WHERE users.id = ANY (people) ORDER BY users.id FOR NO KEY UPDATE;
END $$;

-- For a function that changes what a session or a password is worth: the person is locked against everybody who writes
-- in their name.
CREATE FUNCTION account_owner(session uuid, caller bigint) RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM users WHERE users.id = caller FOR UPDATE;
  RETURN check_session(session, caller);
END $$;

-- A time as the wire has it: RFC 3339 in UTC, to the millisecond.
CREATE FUNCTION iso_time(moment timestamptz) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
$$;

-- The id of a person who is named by an id or by a username; null when there is nobody of that name. An id is returned
-- as it is, whether or not somebody has it.
CREATE FUNCTION person_id(person text) RETURNS bigint LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF person ~ '^[0-9]' THEN
    RETURN person::bigint;
  END IF;
  RETURN (SELECT users.id FROM users WHERE fold(users.username) = fold(person));
END $$;
