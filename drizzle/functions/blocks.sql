-- Blocks and mutes: who doesn't want to have anything to do with whom, and who doesn't want to read whom. Both are known to
-- nobody but the person whose they are.

-- Whether one of these two people blocks the other.
CREATE FUNCTION is_blocked(one bigint, other bigint) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN EXISTS (SELECT FROM blocks WHERE blocks.user_id = one AND blocks.other_id = other)
    OR EXISTS (SELECT FROM blocks WHERE blocks.user_id = other AND blocks.other_id = one);
END $$;

-- Those of these people with whom somebody is not blocked, in the same order; null for none.
CREATE FUNCTION not_blocked(person bigint, people bigint[]) RETURNS bigint[] LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN nullif(ARRAY (
    SELECT other.id FROM unnest(people) WITH ORDINALITY AS other (id, place)
      WHERE NOT is_blocked(person, other.id) ORDER BY other.place), '{}');
END $$;

-- Hidden from a viewer are the people whom the viewer blocks or mutes, those who block the viewer, and, from everybody,
-- those whose account is being deleted. A list leaves out what they wrote or did.

-- The people who are hidden from a viewer, 0 for an anonymous one: `ids` has them where they are at most 100. If there are
-- more, `ids` is null, and each person is looked up. `hidden IS NOT NULL` is false for such a row, because one field is null:
-- write `NOT hidden IS NULL`.
CREATE TYPE hidden_people AS (viewer bigint, ids bigint[]);

-- The first of them, at most `row_limit`.
CREATE FUNCTION first_hidden(viewer bigint, row_limit integer) RETURNS bigint[] LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN ARRAY (
    (SELECT blocks.other_id FROM blocks WHERE blocks.user_id = viewer ORDER BY blocks.other_id LIMIT row_limit)
    UNION (SELECT blocks.user_id FROM blocks WHERE blocks.other_id = viewer ORDER BY blocks.user_id LIMIT row_limit)
    UNION (SELECT mutes.other_id FROM mutes WHERE mutes.user_id = viewer ORDER BY mutes.other_id LIMIT row_limit)
    UNION SELECT unnest(people_being_deleted())
    LIMIT row_limit);
END $$;

-- The people who are hidden from a viewer; null for none, as for most viewers: then no row of a list is asked for them.
CREATE FUNCTION hidden_from(viewer bigint) RETURNS hidden_people LANGUAGE plpgsql STABLE AS $$
DECLARE
  ids_max CONSTANT integer := 100;
  ids bigint[];
BEGIN
  -- Whether there are any is asked first, which costs much less than to list them. Ordered and limited as in
  -- people_being_deleted().
  IF coalesce(
    (SELECT users.id FROM users WHERE users.deleted_at IS NOT NULL ORDER BY users.deleted_at, users.id LIMIT 1),
    (SELECT blocks.other_id FROM blocks WHERE blocks.user_id = viewer ORDER BY blocks.other_id LIMIT 1),
    (SELECT blocks.user_id FROM blocks WHERE blocks.other_id = viewer ORDER BY blocks.user_id LIMIT 1),
    (SELECT mutes.other_id FROM mutes WHERE mutes.user_id = viewer ORDER BY mutes.other_id LIMIT 1)) IS NULL THEN
    RETURN NULL;
  END IF;
  ids := first_hidden(viewer, ids_max + 1);
  RETURN (coalesce(viewer, 0), CASE WHEN cardinality(ids) <= ids_max THEN ids END)::hidden_people;
END $$;

-- A row for each reason why a person is hidden, for `NOT EXISTS (SELECT FROM reasons_to_hide(…))`: looked up among `ids`, or
-- in four indexes.
CREATE FUNCTION reasons_to_hide(person bigint, hidden hidden_people) RETURNS TABLE (reason text) LANGUAGE sql STABLE AS $$
  SELECT 'any' WHERE (person IN (SELECT unnest(hidden.ids))) IS TRUE
  UNION ALL SELECT 'blocked' FROM blocks
    WHERE hidden.ids IS NULL AND blocks.user_id = hidden.viewer AND blocks.other_id = person
  UNION ALL SELECT 'blocks' FROM blocks
    WHERE hidden.ids IS NULL AND blocks.user_id = person AND blocks.other_id = hidden.viewer
  UNION ALL SELECT 'muted' FROM mutes
    WHERE hidden.ids IS NULL AND mutes.user_id = hidden.viewer AND mutes.other_id = person
  UNION ALL SELECT 'deleted' FROM users
    WHERE hidden.ids IS NULL AND users.id = person AND users.deleted_at IS NOT NULL
$$;

-- The same for who wrote a post.
CREATE FUNCTION reasons_to_hide_post(post bigint, hidden hidden_people) RETURNS TABLE (reason text) LANGUAGE sql STABLE AS $$
  SELECT why.reason
    FROM post_counts CROSS JOIN LATERAL reasons_to_hide(post_counts.owner_id, hidden) AS why
    WHERE post_counts.post_id = post
$$;

CREATE FUNCTION is_hidden(person bigint, hidden hidden_people) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN EXISTS (SELECT FROM reasons_to_hide(person, hidden));
END $$;

-- Those of these posts that are not by hidden people, in the same order.
CREATE FUNCTION shown_keys(keys time_key[], hidden hidden_people) RETURNS time_key[] LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN ARRAY (
    SELECT near::time_key FROM unnest(keys) AS near
      WHERE NOT EXISTS (SELECT FROM reasons_to_hide_post(near.id, hidden)));
END $$;

CREATE FUNCTION shown_keys(keys count_key[], hidden hidden_people) RETURNS count_key[] LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN ARRAY (
    SELECT near::count_key FROM unnest(keys) AS near
      WHERE NOT EXISTS (SELECT FROM reasons_to_hide_post(near.id, hidden)));
END $$;

-- The caller blocks a person, and neither follows the other any longer. `done`, also if they did already; `not_found`;
-- `self`. Locks both people against everything that is written in their names: whoever acts on the other person looks for a
-- block after their own lock, so that it comes before this transaction or after it.
CREATE FUNCTION add_block(person text, session uuid DEFAULT NULL, caller bigint DEFAULT NULL) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  other CONSTANT bigint := person_id(person);
  viewer bigint;
BEGIN
  PERFORM FROM users WHERE users.id IN (caller, other) ORDER BY users.id FOR UPDATE;
  viewer := check_session(session, caller);
  IF NOT is_person(other) THEN
    RETURN 'not_found';
  ELSIF other = viewer THEN
    RETURN 'self';
  END IF;
  INSERT INTO blocks (user_id, other_id) VALUES (viewer, other) ON CONFLICT DO NOTHING;
  DELETE FROM follows
    WHERE follows.follower_id = viewer AND follows.followee_id = other
      OR follows.follower_id = other AND follows.followee_id = viewer;
  RETURN 'done';
END $$;

-- The caller no longer blocks a person. The same results. Locks the caller.
CREATE FUNCTION remove_block(person text, session uuid DEFAULT NULL, caller bigint DEFAULT NULL) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  viewer CONSTANT bigint := writer(session, caller);
  other CONSTANT bigint := person_id(person);
BEGIN
  IF NOT is_person(other) THEN
    RETURN 'not_found';
  ELSIF other = viewer THEN
    RETURN 'self';
  END IF;
  DELETE FROM blocks WHERE blocks.user_id = viewer AND blocks.other_id = other;
  RETURN 'done';
END $$;

-- The caller mutes a person. The same results. Locks both people against their deletion.
CREATE FUNCTION add_mute(person text, session uuid DEFAULT NULL, caller bigint DEFAULT NULL) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  other CONSTANT bigint := person_id(person);
  viewer bigint;
BEGIN
  PERFORM FROM users WHERE users.id IN (caller, other) ORDER BY users.id FOR KEY SHARE;
  viewer := check_session(session, caller);
  IF NOT is_person(other) THEN
    RETURN 'not_found';
  ELSIF other = viewer THEN
    RETURN 'self';
  END IF;
  INSERT INTO mutes (user_id, other_id) VALUES (viewer, other) ON CONFLICT DO NOTHING;
  RETURN 'done';
END $$;

-- The caller no longer mutes a person. The same results. Locks the caller.
CREATE FUNCTION remove_mute(person text, session uuid DEFAULT NULL, caller bigint DEFAULT NULL) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  viewer CONSTANT bigint := writer(session, caller);
  other CONSTANT bigint := person_id(person);
BEGIN
  IF NOT is_person(other) THEN
    RETURN 'not_found';
  ELSIF other = viewer THEN
    RETURN 'self';
  END IF;
  DELETE FROM mutes WHERE mutes.user_id = viewer AND mutes.other_id = other;
  RETURN 'done';
END $$;

CREATE FUNCTION blocked_by(stretch time_stretch, person bigint) RETURNS time_key[] LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF stretch.ascending THEN
    RETURN ARRAY (
      SELECT (blocks.created_at, blocks.other_id)::time_key FROM blocks
        WHERE blocks.user_id = person AND NOT EXISTS (SELECT FROM deletion_of(blocks.other_id))
          AND (blocks.created_at, blocks.other_id) >= (stretch.low_at, stretch.low_id)
          AND (blocks.created_at, blocks.other_id) < (stretch.high_at, stretch.high_id)
        ORDER BY blocks.created_at, blocks.other_id LIMIT stretch.row_limit OFFSET stretch.skip);
  END IF;
  RETURN ARRAY (
    SELECT (blocks.created_at, blocks.other_id)::time_key FROM blocks
      WHERE blocks.user_id = person AND NOT EXISTS (SELECT FROM deletion_of(blocks.other_id))
        AND (blocks.created_at, blocks.other_id) >= (stretch.low_at, stretch.low_id)
        AND (blocks.created_at, blocks.other_id) < (stretch.high_at, stretch.high_id)
      ORDER BY blocks.created_at DESC, blocks.other_id DESC LIMIT stretch.row_limit OFFSET stretch.skip);
END $$;

CREATE FUNCTION muted_by(stretch time_stretch, person bigint) RETURNS time_key[] LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF stretch.ascending THEN
    RETURN ARRAY (
      SELECT (mutes.created_at, mutes.other_id)::time_key FROM mutes
        WHERE mutes.user_id = person AND NOT EXISTS (SELECT FROM deletion_of(mutes.other_id))
          AND (mutes.created_at, mutes.other_id) >= (stretch.low_at, stretch.low_id)
          AND (mutes.created_at, mutes.other_id) < (stretch.high_at, stretch.high_id)
        ORDER BY mutes.created_at, mutes.other_id LIMIT stretch.row_limit OFFSET stretch.skip);
  END IF;
  RETURN ARRAY (
    SELECT (mutes.created_at, mutes.other_id)::time_key FROM mutes
      WHERE mutes.user_id = person AND NOT EXISTS (SELECT FROM deletion_of(mutes.other_id))
        AND (mutes.created_at, mutes.other_id) >= (stretch.low_at, stretch.low_id)
        AND (mutes.created_at, mutes.other_id) < (stretch.high_at, stretch.high_id)
      ORDER BY mutes.created_at DESC, mutes.other_id DESC LIMIT stretch.row_limit OFFSET stretch.skip);
END $$;

-- The people whom the caller blocks, by the time of the block. `page`, `before`, `whole` and the answer as in
-- post_lists.sql.
CREATE FUNCTION list_blocks(
  page time_stretch, before time_stretch DEFAULT NULL, whole time_stretch DEFAULT NULL,
  session uuid DEFAULT NULL, caller bigint DEFAULT NULL
) RETURNS json LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  viewer CONSTANT bigint := reader(session, caller);
BEGIN
  RETURN user_page(
    viewer,
    blocked_by(page, viewer),
    page.row_limit,
    before IS NOT NULL AND blocked_by(before, viewer) <> '{}',
    CASE WHEN whole IS NOT NULL THEN counted(blocked_by(whole, viewer)) END);
END $$;

-- The people whom the caller mutes; the same.
CREATE FUNCTION list_mutes(
  page time_stretch, before time_stretch DEFAULT NULL, whole time_stretch DEFAULT NULL,
  session uuid DEFAULT NULL, caller bigint DEFAULT NULL
) RETURNS json LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  viewer CONSTANT bigint := reader(session, caller);
BEGIN
  RETURN user_page(
    viewer,
    muted_by(page, viewer),
    page.row_limit,
    before IS NOT NULL AND muted_by(before, viewer) <> '{}',
    CASE WHEN whole IS NOT NULL THEN counted(muted_by(whole, viewer)) END);
END $$;
