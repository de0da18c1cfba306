-- Triggers that keep exact counters and the ancestors of replies, whatever changes a row, cascades included. They belong to the
-- tables and not to a release of the functions, because two releases that run side by side must count in the same way.
--
-- Rows are inserted one at a time and counted by row triggers. Deleting a person or a post can delete thousands, so
-- deletions are counted by statement triggers, which first lock the counters in the order of their keys. The order of
-- locks of the whole database is in functions/callers.sql; `totals` come last.

-- Room on each page, so that a counter that changes is a HOT update and touches no index.
ALTER TABLE users SET (fillfactor = 90);
--> statement-breakpoint

-- The row of `totals` that counts for a person. There are 16, so that writers seldom wait for each other.
CREATE FUNCTION shard_of(person bigint) RETURNS smallint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT (person % 16)::smallint
$$;
--> statement-breakpoint
INSERT INTO totals (shard) SELECT generate_series(0, 15);
--> statement-breakpoint
INSERT INTO identity DEFAULT VALUES;
--> statement-breakpoint

CREATE FUNCTION count_vote() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  has_tags boolean;
BEGIN
  UPDATE post_counts SET votes = votes + 1 WHERE post_id = NEW.post_id RETURNING tagged INTO has_tags;
  IF has_tags THEN
    UPDATE post_tags SET votes = votes + 1 WHERE post_id = NEW.post_id;
  END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER votes_added AFTER INSERT ON votes FOR EACH ROW EXECUTE FUNCTION count_vote();
--> statement-breakpoint

CREATE FUNCTION count_deleted_votes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM post_counts WHERE post_id IN (SELECT post_id FROM deleted) ORDER BY post_id FOR NO KEY UPDATE;
  UPDATE post_counts SET votes = post_counts.votes - lost.votes
    FROM (SELECT post_id, count(*) AS votes FROM deleted GROUP BY post_id) AS lost
    WHERE post_counts.post_id = lost.post_id;
  UPDATE post_tags SET votes = post_tags.votes - lost.votes
    FROM (SELECT post_id, count(*) AS votes FROM deleted GROUP BY post_id) AS lost
    WHERE post_tags.post_id = lost.post_id;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER votes_deleted AFTER DELETE ON votes
  REFERENCING OLD TABLE AS deleted FOR EACH STATEMENT EXECUTE FUNCTION count_deleted_votes();
--> statement-breakpoint

CREATE FUNCTION count_follow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM users WHERE id IN (NEW.follower_id, NEW.followee_id) ORDER BY id FOR NO KEY UPDATE;
  UPDATE users SET following = following + 1 WHERE id = NEW.follower_id;
  UPDATE users SET followers = followers + 1 WHERE id = NEW.followee_id;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER follows_added AFTER INSERT ON follows FOR EACH ROW EXECUTE FUNCTION count_follow();
--> statement-breakpoint

CREATE FUNCTION count_deleted_follows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM users
    WHERE id IN (SELECT follower_id FROM deleted UNION SELECT followee_id FROM deleted)
    ORDER BY id FOR NO KEY UPDATE;
  UPDATE users SET following = users.following - follower.follows
    FROM (SELECT follower_id, count(*) AS follows FROM deleted GROUP BY follower_id) AS follower
    WHERE users.id = follower.follower_id;
  UPDATE users SET followers = users.followers - followee.follows
    FROM (SELECT followee_id, count(*) AS follows FROM deleted GROUP BY followee_id) AS followee
    WHERE users.id = followee.followee_id;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER follows_deleted AFTER DELETE ON follows
  REFERENCING OLD TABLE AS deleted FOR EACH STATEMENT EXECUTE FUNCTION count_deleted_follows();
--> statement-breakpoint

-- Several tags are inserted in alphabetical order, so that two writers can't deadlock.
CREATE FUNCTION count_tag() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO tags (tag, posts, replies) VALUES (NEW.tag, 1, NEW.reply::integer)
    ON CONFLICT (tag) DO UPDATE SET posts = tags.posts + 1, replies = tags.replies + excluded.replies;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER post_tags_added AFTER INSERT ON post_tags FOR EACH ROW EXECUTE FUNCTION count_tag();
--> statement-breakpoint

CREATE FUNCTION count_deleted_tags() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM tags WHERE tag IN (SELECT tag FROM deleted) ORDER BY tag FOR NO KEY UPDATE;
  UPDATE tags SET posts = tags.posts - lost.posts, replies = tags.replies - lost.replies
    FROM (SELECT tag, count(*) AS posts, count(*) FILTER (WHERE reply) AS replies FROM deleted GROUP BY tag) AS lost
    WHERE tags.tag = lost.tag;
  -- Nothing that somebody wrote stays once it is deleted: a tag goes with its last post.
  DELETE FROM tags WHERE tag IN (SELECT tag FROM deleted) AND posts = 0;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER post_tags_deleted AFTER DELETE ON post_tags
  REFERENCING OLD TABLE AS deleted FOR EACH STATEMENT EXECUTE FUNCTION count_deleted_tags();
--> statement-breakpoint

CREATE FUNCTION count_person() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE totals SET people = people + 1 WHERE shard = shard_of(NEW.id);
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER users_added AFTER INSERT ON users FOR EACH ROW EXECUTE FUNCTION count_person();
--> statement-breakpoint

-- An account that is deleted in batches is not counted from the first of them on.
CREATE FUNCTION count_deleted_people() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM totals WHERE shard IN (SELECT shard_of(id) FROM deleted WHERE deleted_at IS NULL)
    ORDER BY shard FOR NO KEY UPDATE;
  UPDATE totals SET people = totals.people - lost.people
    FROM (SELECT shard_of(id) AS shard, count(*) AS people FROM deleted WHERE deleted_at IS NULL GROUP BY 1) AS lost
    WHERE totals.shard = lost.shard;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER users_deleted AFTER DELETE ON users
  REFERENCING OLD TABLE AS deleted FOR EACH STATEMENT EXECUTE FUNCTION count_deleted_people();
--> statement-breakpoint

CREATE FUNCTION count_leaving_person() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE totals SET people = people - 1 WHERE shard = shard_of(NEW.id);
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER users_leaving AFTER UPDATE OF deleted_at ON users
  FOR EACH ROW WHEN (OLD.deleted_at IS NULL AND NEW.deleted_at IS NOT NULL) EXECUTE FUNCTION count_leaving_person();
--> statement-breakpoint

-- Adds those whom a published post mentions and who are still there. They are locked by whoever writes the post, before it.
CREATE FUNCTION add_mentions(post bigint, people bigint[], at timestamptz, author bigint, answered bigint) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO post_mentions (user_id, post_id, listed_at, notifies)
    SELECT person.id, post, at, person.id <> author AND person.id IS DISTINCT FROM answered
      FROM (
        SELECT id FROM users WHERE id = ANY (people) AND deleted_at IS NULL ORDER BY id FOR KEY SHARE
      ) AS person
    ON CONFLICT DO NOTHING;
END $$;
--> statement-breakpoint

-- The owner of a draft, and 0 for a published post: what `post_ancestors.drafted_by` is.
CREATE FUNCTION drafter(published boolean, owner bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN published THEN 0 ELSE owner END
$$;
--> statement-breakpoint

-- Drafts are not counted.
CREATE FUNCTION count_post() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.reply THEN
    INSERT INTO post_ancestors (ancestor_id, post_id, distance, drafted_by)
      SELECT NEW.parent_id, NEW.id, 1, drafter(NEW.published, NEW.owner_id)
      UNION ALL
      SELECT above.ancestor_id, NEW.id, above.distance + 1, drafter(NEW.published, NEW.owner_id) FROM post_ancestors AS above
        WHERE above.post_id = NEW.parent_id AND above.distance < 100;
  END IF;
  INSERT INTO post_counts (post_id, owner_id, published, reply, day, tagged)
    VALUES (NEW.id, NEW.owner_id, NEW.published, NEW.reply, day_of(NEW.listed_at), NEW.published AND NEW.tags <> '{}');
  IF NOT NEW.published THEN
    RETURN NULL;
  END IF;
  IF NEW.mentioned_ids IS NOT NULL THEN
    PERFORM add_mentions(NEW.id, NEW.mentioned_ids, NEW.listed_at, NEW.owner_id, NEW.answered_id);
  END IF;
  UPDATE users SET posts = posts + 1, replies = replies + NEW.reply::integer WHERE id = NEW.owner_id;
  IF NEW.reply THEN
    UPDATE post_counts SET replies = replies + 1 WHERE post_id = NEW.parent_id;
  END IF;
  IF NEW.tags <> '{}' THEN
    INSERT INTO post_tags (tag, post_id, listed_at, reply)
      SELECT tag, NEW.id, NEW.listed_at, NEW.reply FROM unnest(NEW.tags) AS tag ORDER BY tag;
  END IF;
  UPDATE totals SET posts = posts + 1, replies = replies + NEW.reply::integer WHERE shard = shard_of(NEW.owner_id);
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER posts_added AFTER INSERT ON posts FOR EACH ROW EXECUTE FUNCTION count_post();
--> statement-breakpoint

CREATE FUNCTION count_deleted_posts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM users WHERE id IN (SELECT owner_id FROM deleted WHERE published) ORDER BY id FOR NO KEY UPDATE;
  UPDATE users SET posts = users.posts - lost.posts, replies = users.replies - lost.replies
    FROM (
      SELECT owner_id, count(*) AS posts, count(parent_id) AS replies FROM deleted WHERE published GROUP BY owner_id
    ) AS lost
    WHERE users.id = lost.owner_id;
  IF EXISTS (SELECT FROM deleted WHERE published AND parent_id IS NOT NULL) THEN
    PERFORM FROM post_counts WHERE post_id IN (SELECT parent_id FROM deleted WHERE published)
      ORDER BY post_id FOR NO KEY UPDATE;
    UPDATE post_counts SET replies = post_counts.replies - lost.replies
      FROM (SELECT parent_id, count(*) AS replies FROM deleted WHERE published GROUP BY parent_id) AS lost
      WHERE post_counts.post_id = lost.parent_id;
  END IF;
  -- The stored answer of an Idempotency-Key holds the text of the post.
  UPDATE idempotency_keys SET answer = NULL FROM deleted
    WHERE idempotency_keys.post_id = deleted.id AND idempotency_keys.answer IS NOT NULL;
  PERFORM FROM totals WHERE shard IN (SELECT shard_of(owner_id) FROM deleted WHERE published)
    ORDER BY shard FOR NO KEY UPDATE;
  UPDATE totals SET posts = totals.posts - lost.posts, replies = totals.replies - lost.replies
    FROM (
      SELECT shard_of(owner_id) AS shard, count(*) AS posts, count(parent_id) AS replies
        FROM deleted WHERE published GROUP BY 1
    ) AS lost
    WHERE totals.shard = lost.shard;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER posts_deleted AFTER DELETE ON posts
  REFERENCING OLD TABLE AS deleted FOR EACH STATEMENT EXECUTE FUNCTION count_deleted_posts();
--> statement-breakpoint

-- Stores the earlier version of a published post, moves the counters when a post is published or unpublished, says in
-- `post_ancestors` whether it is a draft, and replaces its mentions and its tags.
CREATE FUNCTION count_edited_post() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  step CONSTANT integer := NEW.published::integer - OLD.published::integer;
BEGIN
  IF OLD.published AND (OLD.title, OLD.content, OLD.tags) IS DISTINCT FROM (NEW.title, NEW.content, NEW.tags) THEN
    INSERT INTO post_versions (post_id, version, title, content, tags, created_at, mentioned_ids)
      VALUES (OLD.id, OLD.version, OLD.title, OLD.content, OLD.tags, coalesce(OLD.edited_at, OLD.published_at),
              OLD.mentioned_ids);
  END IF;

  IF step <> 0 OR OLD.mentioned_ids IS DISTINCT FROM NEW.mentioned_ids THEN
    IF OLD.published AND OLD.mentioned_ids IS NOT NULL THEN
      PERFORM FROM post_mentions WHERE post_id = NEW.id ORDER BY user_id FOR UPDATE;
      DELETE FROM post_mentions
        WHERE post_id = NEW.id AND NOT (NEW.published AND user_id = ANY (coalesce(NEW.mentioned_ids, '{}')));
    END IF;
    IF NEW.published AND NEW.mentioned_ids IS NOT NULL THEN
      PERFORM add_mentions(NEW.id, NEW.mentioned_ids, NEW.listed_at, NEW.owner_id, NEW.answered_id);
    END IF;
  END IF;

  IF step <> 0 THEN
    UPDATE users SET posts = posts + step, replies = replies + step * NEW.reply::integer WHERE id = NEW.owner_id;
    PERFORM FROM post_counts WHERE post_id IN (NEW.id, NEW.parent_id) ORDER BY post_id FOR NO KEY UPDATE;
    UPDATE post_counts SET published = NEW.published, day = day_of(NEW.listed_at) WHERE post_id = NEW.id;
    IF NEW.reply THEN
      UPDATE post_counts SET replies = replies + step WHERE post_id = NEW.parent_id;
      UPDATE post_ancestors SET drafted_by = drafter(NEW.published, NEW.owner_id) WHERE post_id = NEW.id;
    END IF;
  END IF;

  IF step <> 0 OR OLD.tags <> NEW.tags THEN
    -- The post's counters are locked while its votes are copied from them. Old and new tags are locked together, so that
    -- two edits that swap two tags can't deadlock; one that nobody has used yet is added, as there would be nothing to lock.
    UPDATE post_counts SET tagged = NEW.published AND NEW.tags <> '{}' WHERE post_id = NEW.id;
    INSERT INTO tags (tag, posts, replies)
      SELECT DISTINCT tag, 0, 0
        FROM unnest(CASE WHEN OLD.published THEN OLD.tags END || CASE WHEN NEW.published THEN NEW.tags END) AS tag
        ORDER BY tag
      ON CONFLICT (tag) DO UPDATE SET posts = tags.posts;
    DELETE FROM post_tags WHERE post_id = NEW.id AND NOT (NEW.published AND tag = ANY (NEW.tags));
    INSERT INTO post_tags (tag, post_id, listed_at, reply, votes)
      SELECT tag, NEW.id, NEW.listed_at, NEW.reply, post_counts.votes
        FROM unnest(NEW.tags) AS tag JOIN post_counts ON post_counts.post_id = NEW.id
        WHERE NEW.published ORDER BY tag
      ON CONFLICT DO NOTHING;
  END IF;

  IF step <> 0 THEN
    UPDATE totals SET posts = posts + step, replies = replies + step * NEW.reply::integer
      WHERE shard = shard_of(NEW.owner_id);
  END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER posts_edited AFTER UPDATE ON posts FOR EACH ROW EXECUTE FUNCTION count_edited_post();
