-- Who is calling, and the order in which every function takes its locks:
--
--   1. users, in the order of their ids          (writer, lock_people, lock_author, account_owner, add_block)
--   2. sessions, codes and resting usernames, of a person locked before; blocks and mutes, in the order of both people
--   3. posts, in the order of their ids, and then the post_mentions of the same posts and the bookmarks, in the order of
--      posts and people
--   4. reports, in the order of their ids
--   5. post_counts, in the order of their ids, and then the post_tags of the same posts
--   6. tags, in the order of their names
--   7. totals, by the triggers alone, and then the idempotency key
--
-- A row that many writers want at once also has a line, an advisory lock that they take before the row. Its key is (2, the
-- id of a person) for whoever follows that person or deletes the account, taken before step 1, and (1, the id of a post) for
-- whoever votes for that post or replies to it, taken between steps 2 and 3. A transaction takes at most one. Without a line,
-- all who wait for the row of a counter hold an old version of it and follow each newer one in turn: 200 who voted for one post at once took 2.5
-- times as long (docs/scale.md). Whoever is first in a line and waits for another row keeps the others waiting, at most for
-- the statement timeout.
--
-- Two functions that keep this order never wait for each other in a circle. `attempts`, and a session that is refreshed or
-- signed out by itself, are locked by functions that lock nothing else.

-- The id of a caller who reads. An ended session (signed out, reset, of a deleted person) is LG401: nothing is read on its
-- behalf.
CREATE FUNCTION signed_in_reader(session uuid, caller bigint) RETURNS bigint LANGUAGE plpgsql STABLE AS $$
BEGIN
  PERFORM FROM sessions WHERE sessions.id = session AND sessions.user_id = caller AND sessions.expires_at > now();
  IF NOT FOUND THEN
    RAISE EXCEPTION 'the session has ended' USING ERRCODE = 'LG401';
  END IF;
  RETURN caller;
END $$;

-- The same, or null for an anonymous reader, for whom nothing is called.
CREATE FUNCTION reader(session uuid, caller bigint) RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN session IS NOT NULL THEN signed_in_reader(session, caller) END
$$;

-- As signed_in_reader(), once the person is locked. Each statement sees what was committed before it, so that a session
-- that ended while this transaction waited for the lock is refused.
CREATE FUNCTION check_session(session uuid, caller bigint) RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM sessions WHERE sessions.id = session AND sessions.user_id = caller AND sessions.expires_at > now();
  IF NOT FOUND THEN
    RAISE EXCEPTION 'the session has ended' USING ERRCODE = 'LG401';
  END IF;
  RETURN caller;
END $$;

-- The id of a caller who writes. Locks the person, so that a new password or a deletion, which end all their sessions, come
-- before this transaction or after it. Signing out does not wait for it.
CREATE FUNCTION writer(session uuid, caller bigint) RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM users WHERE users.id = caller FOR KEY SHARE;
  RETURN check_session(session, caller);
END $$;

-- Locks the people whose counters a function will change. It comes before any weaker lock on them: two transactions that
-- both hold a weak lock and ask for a strong one wait for each other.
CREATE FUNCTION lock_people(people bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM users WHERE users.id = ANY (people) ORDER BY users.id FOR NO KEY UPDATE;
END $$;

-- The ids of those who have these names, in the order of the names, each once.
CREATE FUNCTION people_named(names text[]) RETURNS bigint[] LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN ARRAY (
    SELECT person.id
      FROM unnest(names) WITH ORDINALITY AS named (name, place) CROSS JOIN LATERAL (
        SELECT users.id FROM users WHERE fold(users.username) = fold(named.name) OFFSET 0
      ) AS person
      GROUP BY person.id ORDER BY min(named.place));
END $$;

-- Locks a person who writes a post as lock_people does, and those whom the post mentions against their deletion: those who
-- have these names, and `known`. Returns the ids of those who have the names, are still there, and are not blocked with the
-- author; null for none.
CREATE FUNCTION lock_author(author bigint, names text[], known bigint[]) RETURNS bigint[] LANGUAGE plpgsql AS $$
DECLARE
  named bigint[];
  mentioned bigint[];
BEGIN
  IF names IS NULL AND known IS NULL THEN
    PERFORM FROM users WHERE users.id = author FOR NO KEY UPDATE;
    RETURN NULL;
  END IF;
  named := people_named(names);
  mentioned := named || known;
  PERFORM FROM users WHERE users.id = ANY (mentioned) AND users.id < author ORDER BY users.id FOR KEY SHARE;
  PERFORM FROM users WHERE users.id = author FOR NO KEY UPDATE;
  PERFORM FROM users WHERE users.id = ANY (mentioned) AND users.id > author ORDER BY users.id FOR KEY SHARE;
  -- Somebody may have been deleted, or have blocked the author, while this transaction waited for the lock.
  RETURN not_blocked(author, ARRAY (
    SELECT person.id
      FROM unnest(named) WITH ORDINALITY AS one (id, place) CROSS JOIN LATERAL (
        SELECT users.id FROM users WHERE users.id = one.id AND users.deleted_at IS NULL OFFSET 0
      ) AS person
      ORDER BY one.place
  ));
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

-- Whether there is such a person; one whose account is deleted exists no more.
CREATE FUNCTION is_person(person bigint) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN EXISTS (SELECT FROM users WHERE users.id = person AND users.deleted_at IS NULL);
END $$;

-- A row if the account of this person is being deleted, for `NOT EXISTS (SELECT FROM deletion_of(…))` in a scan.
CREATE FUNCTION deletion_of(person bigint) RETURNS TABLE (deleted_at timestamptz) LANGUAGE sql STABLE AS $$
  SELECT users.deleted_at FROM users WHERE users.id = person AND users.deleted_at IS NOT NULL
$$;

-- The people whose account is being deleted, who are few. An order and a limit let Postgres choose the index before it has
-- statistics, too; else it would read all people.
CREATE FUNCTION people_being_deleted() RETURNS bigint[] LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN ARRAY (
    SELECT users.id FROM users WHERE users.deleted_at IS NOT NULL ORDER BY users.deleted_at, users.id LIMIT 1000);
END $$;

-- The id of a person who is named by an id or by a username; null when there is nobody of that id or name.
CREATE FUNCTION person_id(person text) RETURNS bigint LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF person ~ '^[0-9]' THEN
    RETURN (SELECT users.id FROM users WHERE users.id = person::bigint AND users.deleted_at IS NULL);
  END IF;
  RETURN (SELECT users.id FROM users WHERE fold(users.username) = fold(person));
END $$;
