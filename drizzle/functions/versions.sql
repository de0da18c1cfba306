-- What posts said before they were edited.

CREATE FUNCTION versions_of(stretch count_stretch, post bigint) RETURNS integer[] LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF stretch.ascending THEN
    RETURN ARRAY (
      SELECT post_versions.version FROM post_versions
        WHERE post_versions.post_id = post
          AND post_versions.version >= stretch.low_count AND post_versions.version < stretch.high_count
        ORDER BY post_versions.version LIMIT stretch.row_limit OFFSET stretch.skip);
  END IF;
  RETURN ARRAY (
    SELECT post_versions.version FROM post_versions
      WHERE post_versions.post_id = post
        AND post_versions.version >= stretch.low_count AND post_versions.version < stretch.high_count
      ORDER BY post_versions.version DESC LIMIT stretch.row_limit OFFSET stretch.skip);
END $$;

-- The earlier versions of a post. Null where there is no such post for the caller. `page`, `before`, `whole` and the answer
-- as in post_lists.sql; the key is the version alone.
CREATE FUNCTION list_versions(
  post bigint, page count_stretch, before count_stretch DEFAULT NULL, whole count_stretch DEFAULT NULL,
  session uuid DEFAULT NULL, caller bigint DEFAULT NULL
) RETURNS json LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  viewer CONSTANT bigint := reader(session, caller);
  numbers CONSTANT integer[] := versions_of(page, post);
  shown CONSTANT integer[] := numbers[:page.row_limit - 1];
BEGIN
  IF NOT is_visible(post, viewer) THEN
    RETURN NULL;
  END IF;
  RETURN (
    SELECT json_build_object(
        'items', coalesce(json_agg(json_build_object(
          'version', version.version, 'title', version.title, 'content', version.content, 'tags', version.tags,
          'mentions', mentions_json(version.mentioned_ids), 'created_at', iso_time(version.created_at)) ORDER BY listed.place), '[]'),
        'first', json_build_array(shown[1]),
        'last', json_build_array(shown[cardinality(shown)]),
        'more', cardinality(numbers) = page.row_limit,
        'beyond', before IS NOT NULL AND versions_of(before, post) <> '{}',
        'total', CASE WHEN whole IS NOT NULL THEN counted(versions_of(whole, post)) END)
      FROM unnest(shown) WITH ORDINALITY AS listed (version, place) CROSS JOIN LATERAL (
        SELECT * FROM post_versions
          WHERE post_versions.post_id = post AND post_versions.version = listed.version OFFSET 0
      ) AS version
  );
END $$;
