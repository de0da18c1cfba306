-- Bookmarks, which only their owner sees.

-- The caller bookmarks a post. False where there is no such post for them. Locks the person, then the post.
CREATE FUNCTION add_bookmark(post bigint, session uuid DEFAULT NULL, caller bigint DEFAULT NULL) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  viewer CONSTANT bigint := writer(session, caller);
BEGIN
  PERFORM FROM posts WHERE posts.id = post FOR KEY SHARE;
  IF NOT is_visible(post, viewer) THEN
    RETURN false;
  END IF;
  INSERT INTO bookmarks (user_id, post_id) VALUES (viewer, post) ON CONFLICT DO NOTHING;
  RETURN true;
END $$;

-- Takes it away. The same result; locks the person.
CREATE FUNCTION remove_bookmark(post bigint, session uuid DEFAULT NULL, caller bigint DEFAULT NULL) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  viewer CONSTANT bigint := writer(session, caller);
BEGIN
  IF NOT is_visible(post, viewer) THEN
    RETURN false;
  END IF;
  DELETE FROM bookmarks WHERE bookmarks.user_id = viewer AND bookmarks.post_id = post;
  RETURN true;
END $$;

-- Locks the bookmarks that are deleted with an account, its own and those of its posts.
CREATE FUNCTION lock_bookmarks(account bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM bookmarks
    WHERE (bookmarks.user_id, bookmarks.post_id) IN (
      SELECT own.user_id, own.post_id FROM bookmarks AS own WHERE own.user_id = account
      UNION SELECT theirs.user_id, theirs.post_id
        FROM posts JOIN bookmarks AS theirs ON theirs.post_id = posts.id WHERE posts.owner_id = account)
    ORDER BY bookmarks.post_id, bookmarks.user_id FOR UPDATE;
END $$;

-- The posts that a person bookmarked and may see, without those of hidden people, by the time of the bookmark.
CREATE FUNCTION posts_bookmarked_by(stretch time_stretch, viewer bigint, hidden hidden_people) RETURNS time_key[]
LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF stretch.ascending THEN
    RETURN ARRAY (
      SELECT (bookmarks.created_at, bookmarks.post_id)::time_key
        FROM bookmarks CROSS JOIN LATERAL (
          SELECT FROM posts
            WHERE posts.id = bookmarks.post_id AND (posts.published OR posts.owner_id = viewer)
              AND (hidden IS NULL OR NOT EXISTS (SELECT FROM reasons_to_hide(posts.owner_id, hidden)))
            OFFSET 0
        ) AS post
        WHERE bookmarks.user_id = viewer
          AND (bookmarks.created_at, bookmarks.post_id) >= (stretch.low_at, stretch.low_id)
          AND (bookmarks.created_at, bookmarks.post_id) < (stretch.high_at, stretch.high_id)
        ORDER BY bookmarks.created_at, bookmarks.post_id LIMIT stretch.row_limit OFFSET stretch.skip);
  END IF;
  RETURN ARRAY (
    SELECT (bookmarks.created_at, bookmarks.post_id)::time_key
      FROM bookmarks CROSS JOIN LATERAL (
        SELECT FROM posts
          WHERE posts.id = bookmarks.post_id AND (posts.published OR posts.owner_id = viewer)
            AND (hidden IS NULL OR NOT EXISTS (SELECT FROM reasons_to_hide(posts.owner_id, hidden)))
          OFFSET 0
      ) AS post
      WHERE bookmarks.user_id = viewer
        AND (bookmarks.created_at, bookmarks.post_id) >= (stretch.low_at, stretch.low_id)
        AND (bookmarks.created_at, bookmarks.post_id) < (stretch.high_at, stretch.high_id)
      ORDER BY bookmarks.created_at DESC, bookmarks.post_id DESC LIMIT stretch.row_limit OFFSET stretch.skip);
END $$;

-- The caller's bookmarks. `page`, `before`, `whole` and the answer as in post_lists.sql.
CREATE FUNCTION list_bookmarks(
  page time_stretch, before time_stretch DEFAULT NULL, whole time_stretch DEFAULT NULL,
  session uuid DEFAULT NULL, caller bigint DEFAULT NULL
) RETURNS json LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  viewer CONSTANT bigint := reader(session, caller);
  hidden CONSTANT hidden_people := hidden_from(viewer);
BEGIN
  RETURN post_page(
    viewer,
    posts_bookmarked_by(page, viewer, hidden),
    page.row_limit,
    before IS NOT NULL AND posts_bookmarked_by(before, viewer, hidden) <> '{}',
    CASE WHEN whole IS NOT NULL THEN counted(posts_bookmarked_by(whole, viewer, hidden)) END);
END $$;
