-- Votes: at most one per person and post, which the primary key ensures.

-- Adds the caller's vote. `{ changed, votes }` with the exact count, `"blocked"` if the caller or the owner blocks the
-- other, or null where there is no such published post. Locks the person, then the post's line; the foreign keys lock the
-- post (and refuse one that was deleted a moment ago), the trigger its counter.
CREATE FUNCTION add_vote(post bigint, session uuid DEFAULT NULL, caller bigint DEFAULT NULL) RETURNS json
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  viewer CONSTANT bigint := writer(session, caller);
  owner bigint;
  blocked boolean;
  changed boolean;
BEGIN
  PERFORM pg_advisory_xact_lock(1, (post & 2147483647)::integer);
  -- As is_blocked() and is_person() say, a call of which would be a third of the price of a vote.
  SELECT posts.owner_id,
         EXISTS (SELECT FROM blocks WHERE blocks.user_id = viewer AND blocks.other_id = posts.owner_id)
           OR EXISTS (SELECT FROM blocks WHERE blocks.user_id = posts.owner_id AND blocks.other_id = viewer)
    INTO owner, blocked
    FROM posts
    WHERE posts.id = post AND posts.published
      AND EXISTS (SELECT FROM users WHERE users.id = posts.owner_id AND users.deleted_at IS NULL);
  IF NOT FOUND THEN
    RETURN NULL;
  ELSIF blocked THEN
    RETURN to_json('blocked'::text);
  END IF;
  INSERT INTO votes (user_id, post_id, owner_id) VALUES (viewer, post, nullif(owner, viewer)) ON CONFLICT DO NOTHING;
  changed := FOUND;
  RETURN (
    SELECT json_build_object('changed', changed, 'votes', post_counts.votes)
      FROM post_counts WHERE post_counts.post_id = post
  );
END $$;

-- Withdraws it; the same answer. Locks the person, then the post; the trigger its counter.
CREATE FUNCTION remove_vote(post bigint, session uuid DEFAULT NULL, caller bigint DEFAULT NULL) RETURNS json
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  viewer CONSTANT bigint := writer(session, caller);
  changed boolean;
BEGIN
  PERFORM FROM posts WHERE posts.id = post AND posts.published AND is_person(posts.owner_id) FOR KEY SHARE;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  DELETE FROM votes WHERE votes.user_id = viewer AND votes.post_id = post;
  changed := FOUND;
  RETURN (
    SELECT json_build_object('changed', changed, 'votes', post_counts.votes)
      FROM post_counts WHERE post_counts.post_id = post
  );
END $$;

-- Those of these published posts that the caller voted for: an array of ids.
CREATE FUNCTION list_voted_posts(posts bigint[], session uuid DEFAULT NULL, caller bigint DEFAULT NULL) RETURNS json
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  viewer CONSTANT bigint := reader(session, caller);
BEGIN
  RETURN (
    SELECT coalesce(json_agg(asked.id ORDER BY asked.place), '[]')
      FROM unnest(posts) WITH ORDINALITY AS asked (id, place)
      CROSS JOIN LATERAL (
        SELECT FROM votes WHERE votes.user_id = viewer AND votes.post_id = asked.id OFFSET 0
      ) AS vote
      CROSS JOIN LATERAL (
        SELECT FROM posts WHERE posts.id = asked.id AND posts.published AND is_person(posts.owner_id) OFFSET 0
      ) AS post
  );
END $$;

CREATE FUNCTION voters_of(stretch time_stretch, post bigint) RETURNS time_key[] LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF stretch.ascending THEN
    RETURN ARRAY (
      SELECT (votes.created_at, votes.user_id)::time_key FROM votes
        WHERE votes.post_id = post
          AND (votes.created_at, votes.user_id) >= (stretch.low_at, stretch.low_id)
          AND (votes.created_at, votes.user_id) < (stretch.high_at, stretch.high_id)
        ORDER BY votes.created_at, votes.user_id LIMIT stretch.row_limit OFFSET stretch.skip);
  END IF;
  RETURN ARRAY (
    SELECT (votes.created_at, votes.user_id)::time_key FROM votes
      WHERE votes.post_id = post
        AND (votes.created_at, votes.user_id) >= (stretch.low_at, stretch.low_id)
        AND (votes.created_at, votes.user_id) < (stretch.high_at, stretch.high_id)
      ORDER BY votes.created_at DESC, votes.user_id DESC LIMIT stretch.row_limit OFFSET stretch.skip);
END $$;

-- The people who voted for a post, by the time of the vote. Null where there is no such post for the caller.
CREATE FUNCTION list_voters(
  post bigint, page time_stretch, before time_stretch DEFAULT NULL, whole time_stretch DEFAULT NULL,
  session uuid DEFAULT NULL, caller bigint DEFAULT NULL
) RETURNS json LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  viewer CONSTANT bigint := reader(session, caller);
BEGIN
  IF NOT is_visible(post, viewer) THEN
    RETURN NULL;
  END IF;
  RETURN user_page(
    viewer,
    voters_of(page, post),
    page.row_limit,
    before IS NOT NULL AND voters_of(before, post) <> '{}',
    CASE WHEN whole IS NOT NULL THEN (SELECT post_counts.votes FROM post_counts WHERE post_counts.post_id = post) - (
      SELECT count(*)
        FROM unnest(people_being_deleted()) AS deleted (id) CROSS JOIN LATERAL (
          SELECT FROM votes WHERE votes.user_id = deleted.id AND votes.post_id = post OFFSET 0
        ) AS vote) END);
END $$;
