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
-- order of their keys, so that two of them never wait for each other; `totals` come last. Triggers of a cascade run after those of what
-- it began with: whoever deletes has to hold `tags` before.

CREATE FUNCTION count_votes() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  step CONSTANT integer := CASE TG_OP WHEN 'INSERT' THEN 1 ELSE -1 END;
BEGIN
  PERFORM FROM post_counts WHERE post_id IN (SELECT post_id FROM changed) ORDER BY post_id FOR NO KEY UPDATE;
  UPDATE post_counts SET votes = votes + step * delta.n
    FROM (SELECT post_id, count(*)::integer AS n FROM changed GROUP BY post_id) AS delta
    WHERE post_counts.post_id = delta.post_id;
  UPDATE post_tags SET votes = post_tags.votes + step * delta.n
    FROM (SELECT post_id, count(*)::integer AS n FROM changed GROUP BY post_id) AS delta
    WHERE post_tags.post_id = delta.post_id;
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
    INSERT INTO tags (tag, posts, replies)
      SELECT tag, count(*), count(*) FILTER (WHERE reply) FROM changed GROUP BY tag ORDER BY tag
      ON CONFLICT (tag) DO UPDATE SET posts = tags.posts + excluded.posts, replies = tags.replies + excluded.replies;
  ELSE
    PERFORM FROM tags WHERE tag IN (SELECT tag FROM changed) ORDER BY tag FOR NO KEY UPDATE;
    UPDATE tags SET posts = tags.posts - delta.posts, replies = tags.replies - delta.replies
      FROM (
        SELECT tag, count(*) AS posts, count(*) FILTER (WHERE reply) AS replies FROM changed GROUP BY tag
      ) AS delta
      WHERE tags.tag = delta.tag;
    -- A tag is somebody's word: it goes with the last post that says it.
    DELETE FROM tags WHERE tag IN (SELECT tag FROM changed) AND posts = 0;
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

-- The shard of everything that a person owns.
CREATE FUNCTION shard_of(person bigint) RETURNS smallint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT (person % 16)::smallint
$$;
--> statement-breakpoint

CREATE FUNCTION count_people() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  step CONSTANT integer := CASE TG_OP WHEN 'INSERT' THEN 1 ELSE -1 END;
BEGIN
  INSERT INTO totals (shard, people)
    SELECT shard_of(id), step * count(*) FROM changed GROUP BY 1 ORDER BY 1
    ON CONFLICT (shard) DO UPDATE SET people = totals.people + excluded.people;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER users_added AFTER INSERT ON users
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_people();
--> statement-breakpoint
CREATE TRIGGER users_removed AFTER DELETE ON users
  REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_people();
--> statement-breakpoint

-- A draft counts nowhere.
CREATE FUNCTION count_posts() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  step CONSTANT integer := CASE TG_OP WHEN 'INSERT' THEN 1 ELSE -1 END;
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO post_counts (post_id, owner_id, published, reply, day)
      SELECT id, owner_id, published, parent_id IS NOT NULL, day_of(created_at) FROM changed;
  END IF;
  PERFORM FROM users WHERE id IN (SELECT owner_id FROM changed WHERE published) ORDER BY id FOR NO KEY UPDATE;
  UPDATE users SET posts = users.posts + step * delta.posts, replies = users.replies + step * delta.replies
    FROM (
      SELECT owner_id, count(*) AS posts, count(parent_id) AS replies FROM changed WHERE published GROUP BY owner_id
    ) AS delta
    WHERE users.id = delta.owner_id;
  IF EXISTS (SELECT FROM changed WHERE published AND parent_id IS NOT NULL) THEN
    PERFORM FROM post_counts WHERE post_id IN (SELECT parent_id FROM changed WHERE published)
      ORDER BY post_id FOR NO KEY UPDATE;
    UPDATE post_counts SET replies = post_counts.replies + step * delta.n
      FROM (SELECT parent_id, count(*) AS n FROM changed WHERE published GROUP BY parent_id) AS delta
      WHERE post_counts.post_id = delta.parent_id;
  END IF;
  IF TG_OP = 'INSERT' THEN
    INSERT INTO post_tags (tag, post_id, created_at, reply)
      SELECT unnest(tags), id, created_at, parent_id IS NOT NULL FROM changed WHERE published AND tags <> '{}';
  ELSE
    -- The kept answer to the request that made the post holds its words.
    UPDATE idempotency_keys SET answer = NULL FROM changed
      WHERE idempotency_keys.post_id = changed.id AND idempotency_keys.answer IS NOT NULL;
  END IF;
  INSERT INTO totals (shard, posts, replies)
    SELECT shard_of(owner_id), step * count(*), step * count(parent_id) FROM changed WHERE published GROUP BY 1 ORDER BY 1
    ON CONFLICT (shard) DO UPDATE SET posts = totals.posts + excluded.posts, replies = totals.replies + excluded.replies;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER posts_added AFTER INSERT ON posts
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_posts();
--> statement-breakpoint
CREATE TRIGGER posts_removed AFTER DELETE ON posts
  REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_posts();
--> statement-breakpoint

-- An edit keeps what a published post said before, moves the counters when a draft is published or a post hidden,
-- and replaces its tags.
CREATE FUNCTION count_posts_edited() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  turned CONSTANT boolean := EXISTS (SELECT FROM before JOIN after USING (id) WHERE before.published <> after.published);
BEGIN
  INSERT INTO post_versions (post_id, version, title, content, tags, created_at)
    SELECT before.id, before.version, before.title, before.content, before.tags,
           coalesce(before.edited_at, before.created_at)
      FROM before JOIN after USING (id)
      WHERE before.published
        AND (before.title, before.content, before.tags) IS DISTINCT FROM (after.title, after.content, after.tags);

  IF turned THEN
    PERFORM FROM users WHERE id IN (SELECT owner_id FROM after) ORDER BY id FOR NO KEY UPDATE;
    UPDATE users SET posts = users.posts + delta.posts, replies = users.replies + delta.replies
      FROM (
        SELECT after.owner_id, sum(step.n) AS posts, sum(step.n * (after.parent_id IS NOT NULL)::integer) AS replies
          FROM before JOIN after USING (id), LATERAL (SELECT after.published::integer - before.published::integer) AS step(n)
          GROUP BY after.owner_id
      ) AS delta
      WHERE users.id = delta.owner_id;
    PERFORM FROM post_counts WHERE post_id IN (SELECT id FROM after UNION SELECT parent_id FROM after)
      ORDER BY post_id FOR NO KEY UPDATE;
    UPDATE post_counts SET published = after.published FROM after WHERE post_counts.post_id = after.id;
    UPDATE post_counts SET replies = post_counts.replies + delta.n
      FROM (
        SELECT after.parent_id, sum(after.published::integer - before.published::integer) AS n
          FROM before JOIN after USING (id) WHERE after.parent_id IS NOT NULL GROUP BY after.parent_id
      ) AS delta
      WHERE post_counts.post_id = delta.parent_id;
  END IF;

  IF EXISTS (
    SELECT FROM before JOIN after USING (id)
      WHERE (before.published, before.tags) IS DISTINCT FROM (after.published, after.tags)
  ) THEN
    -- The counters of posts are held while votes are copied from them; those of tags, old and new, in one go, so that
    -- two edits that swap two tags never wait for each other.
    PERFORM FROM post_counts WHERE post_id IN (SELECT id FROM after) ORDER BY post_id FOR NO KEY UPDATE;
    PERFORM FROM tags
      WHERE tag IN (SELECT unnest(tags) FROM before UNION SELECT unnest(tags) FROM after)
      ORDER BY tag FOR NO KEY UPDATE;
    DELETE FROM post_tags USING after
      WHERE post_tags.post_id = after.id AND NOT (after.published AND post_tags.tag = ANY (after.tags));
    INSERT INTO post_tags (tag, post_id, created_at, reply, votes)
      SELECT unnest(tags), id, created_at, parent_id IS NOT NULL, votes
        FROM after JOIN post_counts ON post_counts.post_id = after.id WHERE after.published AND tags <> '{}'
      ON CONFLICT DO NOTHING;
  END IF;

  IF turned THEN
    INSERT INTO totals (shard, posts, replies)
      SELECT shard_of(after.owner_id), sum(step.n), sum(step.n * (after.parent_id IS NOT NULL)::integer)
        FROM before JOIN after USING (id), LATERAL (SELECT after.published::integer - before.published::integer) AS step(n)
        GROUP BY 1 ORDER BY 1
      ON CONFLICT (shard) DO UPDATE SET posts = totals.posts + excluded.posts, replies = totals.replies + excluded.replies;
  END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER posts_edited AFTER UPDATE ON posts
  REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION count_posts_edited();
--> statement-breakpoint

-- Called before a person is deleted: takes every lock that the deletion will need, in the order that all writers take
-- theirs (users, posts, counters, tags; each by its key), so that it never waits for one who waits for it.
CREATE FUNCTION hold_person(person bigint) RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  held bigint;
BEGIN
  FOR held IN
    SELECT person UNION SELECT followee_id FROM follows WHERE follower_id = person
      UNION SELECT follower_id FROM follows WHERE followee_id = person ORDER BY 1
  LOOP
    IF held = person THEN
      PERFORM FROM users WHERE id = held FOR UPDATE;
    ELSE
      PERFORM FROM users WHERE id = held FOR NO KEY UPDATE;
    END IF;
  END LOOP;
  PERFORM FROM posts WHERE owner_id = person ORDER BY id FOR UPDATE;
  PERFORM FROM post_counts
    WHERE post_id IN (
      SELECT id FROM posts WHERE owner_id = person
      UNION SELECT parent_id FROM posts WHERE owner_id = person
      UNION SELECT post_id FROM votes WHERE user_id = person)
    ORDER BY post_id FOR NO KEY UPDATE;
  PERFORM FROM tags
    WHERE tag IN (SELECT unnest(posts.tags) FROM posts WHERE owner_id = person AND published)
    ORDER BY tag FOR NO KEY UPDATE;
  RETURN person;
END $$;
