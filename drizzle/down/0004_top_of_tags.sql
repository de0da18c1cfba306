DROP INDEX post_tags_top;
--> statement-breakpoint
ALTER TABLE post_tags DROP COLUMN votes;
--> statement-breakpoint

CREATE OR REPLACE FUNCTION count_votes() RETURNS trigger LANGUAGE plpgsql AS $$
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
