-- People as others see them. Accounts as their owners see them: accounts.sql.

-- What a person looks like on the wire, for an anonymous viewer or a person, and the tag of that view. Admins also see what
-- the person sees of their account. The version also counts what nobody else sees, a verified email or a new password: others
-- are shown a digest in its place.
CREATE FUNCTION user_view(person bigint, viewer bigint, is_for_admin boolean) RETURNS TABLE (item json, etag text)
LANGUAGE sql STABLE AS $$
  SELECT seen.item, CASE WHEN person = viewer THEN account_etag(seen.account) ELSE md5(seen.item::text) END
    FROM (
      SELECT one.account, joined(
          CASE WHEN is_for_admin THEN whole_account(one.account) ELSE public_part(one.account) END,
          json_build_object('viewer', CASE WHEN viewer IS NOT NULL THEN json_build_object(
            'following', follow.followee_id IS NOT NULL, 'followed_by', followed.followee_id IS NOT NULL,
            'blocking', block.other_id IS NOT NULL, 'muting', mute.other_id IS NOT NULL) END)) AS item
        FROM (SELECT users AS account FROM users WHERE users.id = person AND users.deleted_at IS NULL OFFSET 0) AS one
          LEFT JOIN LATERAL (
            SELECT follows.followee_id FROM follows
              WHERE follows.follower_id = viewer AND follows.followee_id = person OFFSET 0
          ) AS follow ON true
          LEFT JOIN LATERAL (
            SELECT follows.followee_id FROM follows
              WHERE follows.follower_id = person AND follows.followee_id = viewer OFFSET 0
          ) AS followed ON true
          LEFT JOIN LATERAL (
            SELECT blocks.other_id FROM blocks WHERE blocks.user_id = viewer AND blocks.other_id = person OFFSET 0
          ) AS block ON true
          LEFT JOIN LATERAL (
            SELECT mutes.other_id FROM mutes WHERE mutes.user_id = viewer AND mutes.other_id = person OFFSET 0
          ) AS mute ON true
    ) AS seen
$$;

-- `{ user, etag }`, or null where there is nobody of that id or name.
CREATE FUNCTION read_user(person text, session uuid DEFAULT NULL, caller bigint DEFAULT NULL) RETURNS json
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  viewer CONSTANT bigint := reader(session, caller);
BEGIN
  RETURN (
    SELECT json_build_object('user', seen.item, 'etag', seen.etag) FROM user_view(person_id(person), viewer, is_admin(viewer)) AS seen
  );
END $$;

-- A page of people, in the order of their keys.
CREATE FUNCTION user_page(viewer bigint, keys time_key[], row_limit integer, beyond boolean, total bigint) RETURNS json
LANGUAGE plpgsql STABLE AS $$
DECLARE
  shown CONSTANT time_key[] := keys[:row_limit - 1];
  is_for_admin CONSTANT boolean := is_admin(viewer);
BEGIN
  RETURN (
    SELECT json_build_object(
        'items', coalesce(json_agg(person.item ORDER BY listed.place), '[]'),
        'first', json_build_array(iso_time(shown[1].at), shown[1].id),
        'last', json_build_array(iso_time(shown[cardinality(shown)].at), shown[cardinality(shown)].id),
        'more', cardinality(keys) = row_limit, 'beyond', beyond, 'total', total)
      FROM unnest(shown) WITH ORDINALITY AS listed (at, id, place) CROSS JOIN LATERAL user_view(listed.id, viewer, is_for_admin) AS person
  );
END $$;

CREATE FUNCTION newest_users(stretch time_stretch) RETURNS time_key[] LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF stretch.ascending THEN
    RETURN ARRAY (
      SELECT (users.created_at, users.id)::time_key FROM users
        WHERE users.deleted_at IS NULL
          AND (users.created_at, users.id) >= (stretch.low_at, stretch.low_id)
          AND (users.created_at, users.id) < (stretch.high_at, stretch.high_id)
        ORDER BY users.created_at, users.id LIMIT stretch.row_limit OFFSET stretch.skip);
  END IF;
  RETURN ARRAY (
    SELECT (users.created_at, users.id)::time_key FROM users
      WHERE users.deleted_at IS NULL
        AND (users.created_at, users.id) >= (stretch.low_at, stretch.low_id)
        AND (users.created_at, users.id) < (stretch.high_at, stretch.high_id)
      ORDER BY users.created_at DESC, users.id DESC LIMIT stretch.row_limit OFFSET stretch.skip);
END $$;

-- The people who match, of one week or, if that is null, of all, as indexed_posts() finds posts.
CREATE FUNCTION indexed_users(week integer, word text) RETURNS TABLE (id bigint, created_at timestamptz)
LANGUAGE plpgsql STABLE ROWS 100 SET max_parallel_workers_per_gather = 0 AS $$
BEGIN
  IF week IS NULL THEN
    RETURN QUERY SELECT users.id, users.created_at FROM users
      WHERE name_grams(users.username) @@ grams_query(word, '') AND strpos(fold(users.username), word) > 0;
  ELSE
    RETURN QUERY SELECT users.id, users.created_at FROM users
      WHERE week_of(users.created_at) = week
        AND name_grams(users.username) @@ grams_query(word, '') AND strpos(fold(users.username), word) > 0;
  END IF;
END $$;

-- People whose username holds a word, found as posts are (search.sql).
CREATE FUNCTION search_users(stretch time_stretch, search text) RETURNS time_key[]
LANGUAGE plpgsql STABLE AS $$
DECLARE
  word CONSTANT text := fold(search);
  wanted CONSTANT integer := stretch.skip + stretch.row_limit;
  direction CONSTANT integer := CASE WHEN stretch.ascending THEN 1 ELSE -1 END;
  rest time_stretch := stretch;
  nearest time_key[];
  found time_key[];
  hits time_key[] := '{}';
  first_week integer;
  week integer;
BEGIN
  rest.skip := 0;
  rest.row_limit := near_limit(wanted);
  LOOP
    nearest := newest_users(rest);
    found := ARRAY (
      SELECT near::time_key
        FROM unnest(nearest) AS near CROSS JOIN LATERAL (
          SELECT FROM users WHERE users.id = near.id AND strpos(fold(users.username), word) > 0 OFFSET 0
        ) AS person
        LIMIT wanted - cardinality(hits));
    hits := hits || found;
    IF cardinality(hits) = wanted OR cardinality(nearest) < rest.row_limit THEN
      RETURN hits[stretch.skip + 1 : wanted];
    END IF;
    rest := beyond(rest, nearest[rest.row_limit]);
    EXIT WHEN cardinality(found) * 4 < rest.row_limit;
  END LOOP;

  first_week := week_of((nearest[rest.row_limit]).at);
  week := first_week;
  rest.row_limit := 1;
  LOOP
    found := ARRAY (
      SELECT (indexed.created_at, indexed.id)::time_key FROM indexed_users(week, word) AS indexed
        WHERE (indexed.created_at, indexed.id) >= (rest.low_at, rest.low_id)
          AND (indexed.created_at, indexed.id) < (rest.high_at, rest.high_id)
        ORDER BY direction * date_part('epoch', indexed.created_at), direction * indexed.id
        LIMIT wanted - cardinality(hits));
    hits := hits || found;
    EXIT WHEN week IS NULL OR cardinality(hits) = wanted;
    rest := beyond_week(rest, week);
    EXIT WHEN newest_users(rest) = '{}';
    -- Of the first week only a part may be left.
    week := CASE WHEN week = first_week OR cardinality(found) * 10 >= wanted THEN week + direction END;
  END LOOP;
  RETURN hits[stretch.skip + 1 : wanted];
END $$;

-- These people, those of them whose username holds the word.
CREATE FUNCTION users_by_ids(stretch time_stretch, ids bigint[], search text) RETURNS time_key[]
LANGUAGE plpgsql STABLE AS $$
DECLARE
  word CONSTANT text := fold(search);
  direction CONSTANT integer := CASE WHEN stretch.ascending THEN 1 ELSE -1 END;
BEGIN
  RETURN ARRAY (
    SELECT (person.created_at, person.id)::time_key
      FROM unnest(ids) AS given (id) CROSS JOIN LATERAL (
        SELECT users.created_at, users.id FROM users
          WHERE users.id = given.id AND users.deleted_at IS NULL AND (word IS NULL OR strpos(fold(users.username), word) > 0)
            AND (users.created_at, users.id) >= (stretch.low_at, stretch.low_id)
            AND (users.created_at, users.id) < (stretch.high_at, stretch.high_id)
          OFFSET 0
      ) AS person
      ORDER BY direction * extract(epoch FROM person.created_at), direction * person.id
      LIMIT stretch.row_limit OFFSET stretch.skip);
END $$;

CREATE FUNCTION find_users(stretch time_stretch, search text, ids bigint[]) RETURNS time_key[]
LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF ids IS NOT NULL THEN
    RETURN users_by_ids(stretch, ids, search);
  ELSIF search IS NOT NULL THEN
    RETURN search_users(stretch, search);
  ELSE
    RETURN newest_users(stretch);
  END IF;
END $$;

-- People by the time of their registration. `page`, `before`, `whole` and the answer as in post_lists.sql.
CREATE FUNCTION list_users(
  page time_stretch, before time_stretch DEFAULT NULL, whole time_stretch DEFAULT NULL,
  search text DEFAULT NULL, ids bigint[] DEFAULT NULL, session uuid DEFAULT NULL, caller bigint DEFAULT NULL
) RETURNS json LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  viewer CONSTANT bigint := reader(session, caller);
  total bigint;
BEGIN
  IF whole IS NOT NULL THEN
    total := CASE
      WHEN search IS NULL AND ids IS NULL THEN (SELECT sum(totals.people) FROM totals)
      ELSE counted(find_users(whole, search, ids))
    END;
  END IF;
  RETURN user_page(
    viewer,
    find_users(page, search, ids),
    page.row_limit,
    before IS NOT NULL AND find_users(before, search, ids) <> '{}',
    total);
END $$;
