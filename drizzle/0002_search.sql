-- Substrings, found through an index. A text is known by the runs of three characters that begin at each of its
-- places (shorter ones at its end), in lower case; a word of three or more is in it only if all runs of the word are,
-- and a shorter one only if a run begins with it. Any character counts, so that Chinese and emoji are found as well.
-- The index narrows; ILIKE decides. Names are qualified: Postgres analyses an index under a search path of its own.

CREATE EXTENSION IF NOT EXISTS btree_gin;
--> statement-breakpoint

CREATE FUNCTION grams(words text) RETURNS text[] LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
  letters CONSTANT text[] := string_to_array(lower(words), NULL);
BEGIN
  RETURN (
    SELECT coalesce(array_agg(a || coalesce(b, '') || coalesce(c, '')), '{}')
      FROM unnest(letters, letters[2:], letters[3:]) AS run(a, b, c)
  );
END $$;
--> statement-breakpoint

-- The runs of a title stand there twice, once behind a sign that no text holds: a search in titles asks for those.
CREATE FUNCTION post_grams(title text, content text) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 10000 AS $$
DECLARE
  own text[];
BEGIN
  IF title IS NULL THEN
    RETURN array_to_tsvector(public.grams(content));
  END IF;
  own := public.grams(title);
  RETURN array_to_tsvector(public.grams(content) || own || ARRAY (SELECT E'\x01' || run FROM unnest(own) AS run));
END $$;
--> statement-breakpoint

CREATE FUNCTION name_grams(username text) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 1000 AS $$
BEGIN
  RETURN array_to_tsvector(public.grams(username));
END $$;
--> statement-breakpoint

-- What the index is asked for: every run of three of a word, or what runs must begin with when it is shorter.
CREATE FUNCTION grams_query(word text, sign text) RETURNS tsquery LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
  short CONSTANT boolean := length(word) < 3;
BEGIN
  RETURN (
    SELECT string_agg('''' || replace(replace(sign || run, '\', '\\'), '''', '''''') || CASE WHEN short THEN ''':*' ELSE '''' END, ' & ')
      FROM (SELECT DISTINCT run FROM unnest(CASE WHEN short THEN ARRAY [lower(word)] ELSE public.grams(word) END) AS run) AS runs
      WHERE short OR length(run) = 3
  )::tsquery;
END $$;
--> statement-breakpoint

-- The week of a time: a search reads the index a week at a time, newest first, and stops when its page is full.
CREATE FUNCTION week_of(moment timestamptz) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT floor(extract(epoch FROM moment AT TIME ZONE 'UTC') / 604800)::integer
$$;
--> statement-breakpoint

CREATE OR REPLACE FUNCTION count_posts_added() RETURNS trigger LANGUAGE plpgsql AS $$
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
  INSERT INTO post_tags (tag, post_id, created_at, reply)
    SELECT unnest(tags), id, created_at, parent_id IS NOT NULL FROM added WHERE published AND tags <> '{}';
  RETURN NULL;
END $$;
--> statement-breakpoint

CREATE OR REPLACE FUNCTION count_posts_removed() RETURNS trigger LANGUAGE plpgsql AS $$
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
  -- The kept answer to the request that made the post holds its words.
  UPDATE idempotency_keys SET answer = NULL FROM removed
    WHERE idempotency_keys.post_id = removed.id AND idempotency_keys.answer IS NOT NULL;
  RETURN NULL;
END $$;
--> statement-breakpoint

CREATE OR REPLACE FUNCTION count_posts_edited() RETURNS trigger LANGUAGE plpgsql AS $$
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
  INSERT INTO post_tags (tag, post_id, created_at, reply)
    SELECT unnest(tags), id, created_at, parent_id IS NOT NULL FROM after WHERE published AND tags <> '{}'
    ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
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
