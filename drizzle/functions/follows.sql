-- Follows.

-- The caller follows a person. `done`, also if they did already; `not_found`; `self`; `blocked` if one blocks the other.
-- Locks the line of the one who is followed, then both people.
CREATE FUNCTION add_follow(person text, session uuid DEFAULT NULL, caller bigint DEFAULT NULL) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  followee CONSTANT bigint := person_id(person);
  viewer bigint;
BEGIN
  PERFORM pg_advisory_xact_lock(2, (followee & 2147483647)::integer);
  PERFORM lock_people(ARRAY [caller, followee]);
  viewer := check_session(session, caller);
  IF NOT is_person(followee) THEN
    RETURN 'not_found';
  ELSIF followee = viewer THEN
    RETURN 'self';
  ELSIF is_blocked(viewer, followee) THEN
    RETURN 'blocked';
  END IF;
  INSERT INTO follows (follower_id, followee_id) VALUES (viewer, followee) ON CONFLICT DO NOTHING;
  RETURN 'done';
END $$;

-- The caller stops following a person. The same results and locks as add_follow(), but never `blocked`.
CREATE FUNCTION remove_follow(person text, session uuid DEFAULT NULL, caller bigint DEFAULT NULL) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  followee CONSTANT bigint := person_id(person);
  viewer bigint;
BEGIN
  PERFORM lock_people(ARRAY [caller, followee]);
  viewer := check_session(session, caller);
  IF NOT is_person(followee) THEN
    RETURN 'not_found';
  ELSIF followee = viewer THEN
    RETURN 'self';
  END IF;
  DELETE FROM follows WHERE follows.follower_id = viewer AND follows.followee_id = followee;
  RETURN 'done';
END $$;

CREATE FUNCTION followers_of(stretch time_stretch, person bigint) RETURNS time_key[] LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF stretch.ascending THEN
    RETURN ARRAY (
      SELECT (follows.created_at, follows.follower_id)::time_key FROM follows
        WHERE follows.followee_id = person
          AND (follows.created_at, follows.follower_id) >= (stretch.low_at, stretch.low_id)
          AND (follows.created_at, follows.follower_id) < (stretch.high_at, stretch.high_id)
        ORDER BY follows.created_at, follows.follower_id LIMIT stretch.row_limit OFFSET stretch.skip);
  END IF;
  RETURN ARRAY (
    SELECT (follows.created_at, follows.follower_id)::time_key FROM follows
      WHERE follows.followee_id = person
        AND (follows.created_at, follows.follower_id) >= (stretch.low_at, stretch.low_id)
        AND (follows.created_at, follows.follower_id) < (stretch.high_at, stretch.high_id)
      ORDER BY follows.created_at DESC, follows.follower_id DESC LIMIT stretch.row_limit OFFSET stretch.skip);
END $$;

CREATE FUNCTION followed_by(stretch time_stretch, person bigint) RETURNS time_key[] LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF stretch.ascending THEN
    RETURN ARRAY (
      SELECT (follows.created_at, follows.followee_id)::time_key FROM follows
        WHERE follows.follower_id = person
          AND (follows.created_at, follows.followee_id) >= (stretch.low_at, stretch.low_id)
          AND (follows.created_at, follows.followee_id) < (stretch.high_at, stretch.high_id)
        ORDER BY follows.created_at, follows.followee_id LIMIT stretch.row_limit OFFSET stretch.skip);
  END IF;
  RETURN ARRAY (
    SELECT (follows.created_at, follows.followee_id)::time_key FROM follows
      WHERE follows.follower_id = person
        AND (follows.created_at, follows.followee_id) >= (stretch.low_at, stretch.low_id)
        AND (follows.created_at, follows.followee_id) < (stretch.high_at, stretch.high_id)
      ORDER BY follows.created_at DESC, follows.followee_id DESC LIMIT stretch.row_limit OFFSET stretch.skip);
END $$;

-- The people who follow a person, by the time of the follow. Null where there is no such person. The counter still includes
-- people whose account is being deleted; the total does not. `page`, `before`, `whole` and the answer as in post_lists.sql.
CREATE FUNCTION list_followers(
  person text, page time_stretch, before time_stretch DEFAULT NULL, whole time_stretch DEFAULT NULL,
  session uuid DEFAULT NULL, caller bigint DEFAULT NULL
) RETURNS json LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  viewer CONSTANT bigint := reader(session, caller);
  followee users;
BEGIN
  SELECT * INTO followee FROM users WHERE users.id = person_id(person);
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  RETURN user_page(
    viewer,
    followers_of(page, followee.id),
    page.row_limit,
    before IS NOT NULL AND followers_of(before, followee.id) <> '{}',
    CASE WHEN whole IS NOT NULL THEN followee.followers - (
      SELECT count(*)
        FROM unnest(people_being_deleted()) AS deleted (id) CROSS JOIN LATERAL (
          SELECT FROM follows WHERE follows.follower_id = deleted.id AND follows.followee_id = followee.id OFFSET 0
        ) AS follow) END);
END $$;

-- The people whom a person follows; the same.
CREATE FUNCTION list_following(
  person text, page time_stretch, before time_stretch DEFAULT NULL, whole time_stretch DEFAULT NULL,
  session uuid DEFAULT NULL, caller bigint DEFAULT NULL
) RETURNS json LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  viewer CONSTANT bigint := reader(session, caller);
  follower users;
BEGIN
  SELECT * INTO follower FROM users WHERE users.id = person_id(person);
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  RETURN user_page(
    viewer,
    followed_by(page, follower.id),
    page.row_limit,
    before IS NOT NULL AND followed_by(before, follower.id) <> '{}',
    CASE WHEN whole IS NOT NULL THEN follower.following - (
      SELECT count(*)
        FROM unnest(people_being_deleted()) AS deleted (id) CROSS JOIN LATERAL (
          SELECT FROM follows WHERE follows.follower_id = follower.id AND follows.followee_id = deleted.id OFFSET 0
        ) AS follow) END);
END $$;
