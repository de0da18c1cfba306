-- Tags.

CREATE FUNCTION tags_by_use(stretch name_stretch) RETURNS text[] LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF stretch.ascending THEN
    RETURN ARRAY (
      SELECT tags.tag FROM tags
        WHERE tags.posts > 0
          AND (-tags.posts, tags.tag COLLATE "C") >= (stretch.low_count, stretch.low_name)
          AND (-tags.posts, tags.tag COLLATE "C") < (stretch.high_count, stretch.high_name)
        ORDER BY -tags.posts, tags.tag COLLATE "C" LIMIT stretch.row_limit OFFSET stretch.skip);
  END IF;
  RETURN ARRAY (
    SELECT tags.tag FROM tags
      WHERE tags.posts > 0
        AND (-tags.posts, tags.tag COLLATE "C") >= (stretch.low_count, stretch.low_name)
        AND (-tags.posts, tags.tag COLLATE "C") < (stretch.high_count, stretch.high_name)
      ORDER BY -tags.posts DESC, tags.tag COLLATE "C" DESC LIMIT stretch.row_limit OFFSET stretch.skip);
END $$;

-- Tags in use, the most used first, then by name. `page`, `before`, `whole` and the answer as in post_lists.sql; the key is
-- the negative count, so that both of its parts ascend.
CREATE FUNCTION list_tags(
  page name_stretch, before name_stretch DEFAULT NULL, whole name_stretch DEFAULT NULL,
  session uuid DEFAULT NULL, caller bigint DEFAULT NULL
) RETURNS json LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  viewer CONSTANT bigint := reader(session, caller);
  names CONSTANT text[] := tags_by_use(page);
  shown CONSTANT text[] := names[:page.row_limit - 1];
BEGIN
  RETURN (
    SELECT json_build_object(
        'items', coalesce(
          json_agg(json_build_object('tag', tags.tag, 'posts', tags.posts) ORDER BY listed.place), '[]'),
        'first', (SELECT json_build_array(-tags.posts, tags.tag) FROM tags WHERE tags.tag = shown[1]),
        'last', (SELECT json_build_array(-tags.posts, tags.tag) FROM tags WHERE tags.tag = shown[cardinality(shown)]),
        'more', cardinality(names) = page.row_limit,
        'beyond', before IS NOT NULL AND tags_by_use(before) <> '{}',
        'total', CASE WHEN whole IS NOT NULL THEN counted(tags_by_use(whole)) END)
      FROM unnest(shown) WITH ORDINALITY AS listed (tag, place) CROSS JOIN LATERAL (
        SELECT tags.tag, tags.posts FROM tags WHERE tags.tag = listed.tag OFFSET 0
      ) AS tags
  );
END $$;
