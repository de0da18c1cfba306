DROP FUNCTION post_grams, name_grams, grams_query, grams, week_of, hold_person;
--> statement-breakpoint
DROP EXTENSION btree_gin;
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
  INSERT INTO post_tags (tag, post_id, created_at)
    SELECT unnest(tags), id, created_at FROM added WHERE published AND tags <> '{}';
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
  INSERT INTO post_tags (tag, post_id, created_at)
    SELECT unnest(tags), id, created_at FROM after WHERE published AND tags <> '{}'
    ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
