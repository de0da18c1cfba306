-- Exchanges a refresh token, known by its digest, for its successor, of which the digest is stored and, for the grace period,
-- what only the token itself opens (`sealed`). Answers `rotated`; or `grace` for the immediate parent, with the sealed
-- successor that was given out before; or `reused` for any other token that was `issued` to
-- the session, which it ends; null when there is no such session, or the token never was its own. Anyone may ask. The
-- session is locked before its token is compared: of twenty refreshes at once one rotates, and the others see its work.
CREATE FUNCTION rotate_session(
  id uuid, presented text, issued boolean, successor text, sealed text, grace_seconds integer
) RETURNS json
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
  token CONSTANT bytea := decode(presented, 'hex');
  session sessions;
  outcome text;
BEGIN
  SELECT * INTO session FROM sessions WHERE sessions.id = rotate_session.id AND sessions.expires_at > now() FOR UPDATE;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  IF session.token_digest = token THEN
    outcome := 'rotated';
    UPDATE sessions
      SET token_digest = decode(successor, 'hex'), previous_digest = token, sealed_successor = decode(sealed, 'hex'),
          rotated_at = clock_timestamp(), last_used_at = clock_timestamp()
      WHERE sessions.id = session.id RETURNING sessions.* INTO session;
  ELSIF session.previous_digest = token
    AND session.rotated_at > clock_timestamp() - make_interval(secs => grace_seconds) THEN
    outcome := 'grace';
  ELSIF NOT issued AND session.previous_digest IS DISTINCT FROM token THEN
    RETURN NULL;
  ELSE
    outcome := 'reused';
    DELETE FROM sessions WHERE sessions.id = session.id;
  END IF;
  RETURN json_build_object(
    'outcome', outcome, 'user', session.user_id, 'sealed', encode(session.sealed_successor, 'hex'),
    'expires_in', ceil(extract(epoch FROM session.expires_at - now()))::integer);
END $$;

CREATE FUNCTION sessions_of(stretch session_stretch, owner bigint) RETURNS uuid[] LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF stretch.ascending THEN
    RETURN ARRAY (
      SELECT sessions.id FROM sessions
        WHERE sessions.user_id = owner AND sessions.expires_at > now()
          AND (sessions.created_at, sessions.id::text COLLATE "C") >= (stretch.low_at, stretch.low_name)
          AND (sessions.created_at, sessions.id::text COLLATE "C") < (stretch.high_at, stretch.high_name)
        ORDER BY sessions.created_at, sessions.id::text COLLATE "C" LIMIT stretch.row_limit OFFSET stretch.skip);
  END IF;
  RETURN ARRAY (
    SELECT sessions.id FROM sessions
      WHERE sessions.user_id = owner AND sessions.expires_at > now()
        AND (sessions.created_at, sessions.id::text COLLATE "C") >= (stretch.low_at, stretch.low_name)
        AND (sessions.created_at, sessions.id::text COLLATE "C") < (stretch.high_at, stretch.high_name)
      ORDER BY sessions.created_at DESC, sessions.id::text COLLATE "C" DESC LIMIT stretch.row_limit OFFSET stretch.skip);
END $$;

-- The caller's sessions, by the time and the id of each. `page`, `before`, `whole` and the answer as in post_lists.sql.
CREATE FUNCTION list_sessions(
  page session_stretch, before session_stretch DEFAULT NULL, whole session_stretch DEFAULT NULL,
  session uuid DEFAULT NULL, caller bigint DEFAULT NULL
) RETURNS json LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  owner CONSTANT bigint := reader(session, caller);
  ids CONSTANT uuid[] := sessions_of(page, owner);
  shown CONSTANT uuid[] := ids[:page.row_limit - 1];
BEGIN
  RETURN (
    SELECT json_build_object(
        'items', coalesce(json_agg(json_build_object(
          'id', sessions.id, 'created_at', iso_time(sessions.created_at), 'last_used_at', iso_time(sessions.last_used_at),
          'user_agent', sessions.user_agent, 'current', sessions.id = session) ORDER BY listed.place), '[]'),
        'first', (SELECT json_build_array(iso_time(one.created_at), one.id) FROM sessions AS one WHERE one.id = shown[1]),
        'last', (SELECT json_build_array(iso_time(one.created_at), one.id) FROM sessions AS one WHERE one.id = shown[cardinality(shown)]),
        'more', cardinality(ids) = page.row_limit,
        'beyond', before IS NOT NULL AND sessions_of(before, owner) <> '{}',
        'total', CASE WHEN whole IS NOT NULL THEN counted(sessions_of(whole, owner)) END)
      FROM unnest(shown) WITH ORDINALITY AS listed (id, place) CROSS JOIN LATERAL (
        SELECT * FROM sessions WHERE sessions.id = listed.id OFFSET 0
      ) AS sessions
  );
END $$;

-- Ends the caller's own session; false when it had ended before. Locks the session alone.
CREATE FUNCTION end_own_session(session uuid DEFAULT NULL, caller bigint DEFAULT NULL) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
  DELETE FROM sessions WHERE sessions.id = session AND sessions.user_id = caller AND sessions.expires_at > now();
  RETURN FOUND;
END $$;

-- Ends a session of the caller; false when they have no such session. Locks the caller, then the session.
CREATE FUNCTION end_session(id uuid, session uuid DEFAULT NULL, caller bigint DEFAULT NULL) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
#variable_conflict use_column
BEGIN
  PERFORM account_owner(session, caller);
  DELETE FROM sessions
    WHERE sessions.id = end_session.id AND sessions.user_id = caller AND sessions.expires_at > now();
  RETURN FOUND;
END $$;

-- Ends all sessions of the caller, or all but this one, and answers how many. Locks the caller, then the sessions.
CREATE FUNCTION end_sessions(
  keep_current boolean, session uuid DEFAULT NULL, caller bigint DEFAULT NULL
) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
  ended integer;
BEGIN
  PERFORM account_owner(session, caller);
  DELETE FROM sessions WHERE sessions.user_id = caller AND NOT (keep_current AND sessions.id = session);
  GET DIAGNOSTICS ended = ROW_COUNT;
  RETURN ended;
END $$;
