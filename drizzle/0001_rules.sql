-- What the database itself guarantees: who is calling, and counters that are exact through every path,
-- cascades included.

-- The caller's id, or null for an anonymous reader. A session that is gone (logout, reset, deleted person) or
-- over ends the statement with LG401, so that nothing is read or written on its behalf.
CREATE FUNCTION caller_of_session(caller_session uuid, caller_user bigint) RETURNS bigint
LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF caller_session IS NULL THEN
    RETURN NULL;
  END IF;
  PERFORM FROM sessions WHERE id = caller_session AND user_id = caller_user AND expires_at > now();
  IF NOT FOUND THEN
    RAISE EXCEPTION 'the session has ended' USING ERRCODE = 'LG401';
  END IF;
  RETURN caller_user;
END $$;
--> statement-breakpoint

-- The same for a statement that writes. The person's row is held first, then the session's: neither can be
-- deleted until the statement ends, and every writer takes its locks in one order: users, posts, counters.
CREATE FUNCTION writer_of_session(caller_session uuid, caller_user bigint) RETURNS bigint
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  PERFORM FROM users WHERE id = caller_user FOR KEY SHARE;
  PERFORM FROM sessions WHERE id = caller_session AND user_id = caller_user AND expires_at > now() FOR KEY SHARE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'the session has ended' USING ERRCODE = 'LG401';
  END IF;
  RETURN caller_user;
END $$;
--> statement-breakpoint

-- Every counting trigger runs once a statement, whatever the number of rows, and first locks the counters in the
-- order of their keys, so that two of them never wait for each other.

CREATE FUNCTION count_votes() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  step CONSTANT integer := CASE TG_OP WHEN 'INSERT' THEN 1 ELSE -1 END;
BEGIN
  PERFORM FROM post_counts WHERE post_id IN (SELECT post_id FROM changed) ORDER BY post_id FOR NO KEY UPDATE;
  UPDATE post_counts SET votes = votes + step * delta.n
    FROM (SELECT post_id, count(*)::integer AS n FROM changed GROUP BY post_id) AS delta
    WHERE post_counts.post_id = delta.post_id;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER votes_added AFTER INSERT ON votes
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_votes();
--> statement-breakpoint
CREATE TRIGGER votes_removed AFTER DELETE ON votes
  REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_votes();
--> statement-breakpoint

CREATE FUNCTION count_follows() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  step CONSTANT integer := CASE TG_OP WHEN 'INSERT' THEN 1 ELSE -1 END;
BEGIN
  PERFORM FROM users
    WHERE id IN (SELECT follower_id FROM changed UNION SELECT followee_id FROM changed)
    ORDER BY id FOR NO KEY UPDATE;
  UPDATE users
    SET followers = users.followers + step * delta.followers, following = users.following + step * delta.following
    FROM (
      SELECT id, sum(followers)::integer AS followers, sum(following)::integer AS following
        FROM (
          SELECT followee_id AS id, 1 AS followers, 0 AS following FROM changed
          UNION ALL SELECT follower_id, 0, 1 FROM changed
        ) AS ends
        GROUP BY id
    ) AS delta
    WHERE users.id = delta.id;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER follows_added AFTER INSERT ON follows
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_follows();
--> statement-breakpoint
CREATE TRIGGER follows_removed AFTER DELETE ON follows
  REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_follows();
--> statement-breakpoint

CREATE FUNCTION count_tags() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO tags (tag, posts)
      SELECT tag, count(*)::integer FROM changed GROUP BY tag ORDER BY tag
      ON CONFLICT (tag) DO UPDATE SET posts = tags.posts + excluded.posts;
  ELSE
    PERFORM FROM tags WHERE tag IN (SELECT tag FROM changed) ORDER BY tag FOR NO KEY UPDATE;
    UPDATE tags SET posts = posts - delta.n
      FROM (SELECT tag, count(*)::integer AS n FROM changed GROUP BY tag) AS delta
      WHERE tags.tag = delta.tag;
  END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER post_tags_added AFTER INSERT ON post_tags
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_tags();
--> statement-breakpoint
CREATE TRIGGER post_tags_removed AFTER DELETE ON post_tags
  REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_tags();
--> statement-breakpoint

-- A draft counts nowhere: the owner's `posts` and the parent's `replies` count what is published.
CREATE FUNCTION count_posts_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO post_counts (post_id, owner_id, published, reply)
    SELECT id, owner_id, published, parent_id IS NOT NULL FROM added;
  PERFORM FROM users WHERE id IN (SELECT owner_id FROM added WHERE published) ORDER BY id FOR NO KEY UPDATE;
  UPDATE users SET posts = posts + delta.n
    FROM (SELECT owner_id, count(*)::integer AS n FROM added WHERE published GROUP BY owner_id) AS delta
    WHERE users.id = delta.owner_id;
  IF EXISTS (SELECT FROM added WHERE published AND parent_id IS NOT NULL) THEN
    PERFORM FROM post_counts WHERE post_id IN (SELECT parent_id FROM added WHERE published)
      ORDER BY post_id FOR NO KEY UPDATE;
    UPDATE post_counts SET replies = replies + delta.n
      FROM (SELECT parent_id, count(*)::integer AS n FROM added WHERE published GROUP BY parent_id) AS delta
      WHERE post_counts.post_id = delta.parent_id;
  END IF;
  INSERT INTO post_tags (tag, post_id, created_at)
    SELECT unnest(tags), id, created_at FROM added WHERE published AND tags <> '{}';
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER posts_added AFTER INSERT ON posts
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION count_posts_added();
--> statement-breakpoint

CREATE FUNCTION count_posts_removed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM users WHERE id IN (SELECT owner_id FROM removed WHERE published) ORDER BY id FOR NO KEY UPDATE;
  UPDATE users SET posts = posts - delta.n
    FROM (SELECT owner_id, count(*)::integer AS n FROM removed WHERE published GROUP BY owner_id) AS delta
    WHERE users.id = delta.owner_id;
  IF EXISTS (SELECT FROM removed WHERE published AND parent_id IS NOT NULL) THEN
    PERFORM FROM post_counts WHERE post_id IN (SELECT parent_id FROM removed WHERE published)
      ORDER BY post_id FOR NO KEY UPDATE;
    UPDATE post_counts SET replies = replies - delta.n
      FROM (SELECT parent_id, count(*)::integer AS n FROM removed WHERE published GROUP BY parent_id) AS delta
      WHERE post_counts.post_id = delta.parent_id;
  END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER posts_removed AFTER DELETE ON posts
  REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION count_posts_removed();
--> statement-breakpoint

-- An edit keeps what a published post said before, moves the counters when a draft is published or a post hidden,
-- and replaces its tags.
CREATE FUNCTION count_posts_edited() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO post_versions (post_id, version, title, content, tags, created_at)
    SELECT before.id, before.version, before.title, before.content, before.tags,
           coalesce(before.edited_at, before.created_at)
      FROM before JOIN after USING (id)
      WHERE before.published
        AND (before.title, before.content, before.tags) IS DISTINCT FROM (after.title, after.content, after.tags);

  IF EXISTS (SELECT FROM before JOIN after USING (id) WHERE before.published <> after.published) THEN
    PERFORM FROM users WHERE id IN (SELECT owner_id FROM after) ORDER BY id FOR NO KEY UPDATE;
    UPDATE users SET posts = posts + delta.n
      FROM (
        SELECT after.owner_id, sum(after.published::integer - before.published::integer)::integer AS n
          FROM before JOIN after USING (id) GROUP BY after.owner_id
      ) AS delta
      WHERE users.id = delta.owner_id;
    PERFORM FROM post_counts WHERE post_id IN (SELECT id FROM after UNION SELECT parent_id FROM after)
      ORDER BY post_id FOR NO KEY UPDATE;
    UPDATE post_counts SET published = after.published FROM after WHERE post_counts.post_id = after.id;
    UPDATE post_counts SET replies = replies + delta.n
      FROM (
        SELECT after.parent_id, sum(after.published::integer - before.published::integer)::integer AS n
          FROM before JOIN after USING (id) WHERE after.parent_id IS NOT NULL GROUP BY after.parent_id
      ) AS delta
      WHERE post_counts.post_id = delta.parent_id;
  END IF;

  DELETE FROM post_tags USING after
    WHERE post_tags.post_id = after.id AND NOT (after.published AND post_tags.tag = ANY (after.tags));
  INSERT INTO post_tags (tag, post_id, created_at)
    SELECT unnest(tags), id, created_at FROM after WHERE published AND tags <> '{}'
    ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER posts_edited AFTER UPDATE ON posts
  REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION count_posts_edited();
