-- Lists that no index holds in their order: words, or a tag of a person, or the top of a span of time. A search looks in up
-- to three places, the nearest first:
--   1. the nearest rows of a longer list, as long as many of them are hits: a common word is found there;
--   2. beyond them, what the index over words finds in the nearest weeks, one at a time, as long as each has some hits;
--   3. what that index finds in all the rest at once, which is little, because the word is rare by then.

-- Whether a post has what is searched for; null for what is not asked. `word` is folded. The texts are folded when they are
-- written, or are ASCII.
CREATE FUNCTION post_matches(
  title text, folded_title text, content text, folded_content text, tags text[], owner_id bigint,
  word text, in_title boolean, owner bigint, tag text
) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT (tag IS NULL OR tag = ANY (tags)) AND (owner IS NULL OR owner_id = owner)
    AND (word IS NULL OR strpos(coalesce(folded_title, lower(title COLLATE "C")), word) > 0
      OR (NOT in_title AND strpos(coalesce(folded_content, lower(content COLLATE "C")), word) > 0))
$$;

-- What the index over words, tags and owners is asked for. One or two characters begin half of its entries: where a tag or
-- an owner is given, those narrow the search more.
CREATE FUNCTION search_query(kinds boolean[], word text, in_title boolean, owner bigint, tag text) RETURNS tsquery
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  parts tsquery[] := '{}';
BEGIN
  IF word IS NOT NULL AND (length(word) > 2 OR (tag IS NULL AND owner IS NULL)) THEN
    parts := parts || CASE
      WHEN NOT in_title THEN grams_query(word, '')
      WHEN cardinality(kinds) = 2 THEN grams_query(word, title_sign(false)) || grams_query(word, title_sign(true))
      ELSE grams_query(word, title_sign(kinds[1]))
    END;
  END IF;
  IF tag IS NOT NULL THEN
    parts := parts || quote_lexeme(E'\x02' || tag)::tsquery;
  END IF;
  IF owner IS NOT NULL THEN
    parts := parts || quote_lexeme(E'\x03' || owner)::tsquery;
  END IF;
  RETURN CASE cardinality(parts)
    WHEN 1 THEN parts[1]
    WHEN 2 THEN parts[1] && parts[2]
    ELSE parts[1] && parts[2] && parts[3]
  END;
END $$;

-- How many of the nearest rows are looked at to find `wanted` hits. It stops growing at 101, however many are skipped.
CREATE FUNCTION near_limit(wanted integer) RETURNS integer LANGUAGE sql IMMUTABLE AS $$
  SELECT 300 + 30 * least(wanted, 101)
$$;

-- What is left of a stretch beyond one of its rows.
CREATE FUNCTION beyond(stretch time_stretch, key time_key) RETURNS time_stretch LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  IF stretch.ascending THEN
    stretch.low_at := key.at;
    stretch.low_id := key.id + 1;
  ELSE
    stretch.high_at := key.at;
    stretch.high_id := key.id;
  END IF;
  RETURN stretch;
END $$;

CREATE FUNCTION beyond(stretch count_stretch, key count_key) RETURNS count_stretch LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  IF stretch.ascending THEN
    stretch.low_count := key.count;
    stretch.low_id := key.id + 1;
  ELSE
    stretch.high_count := key.count;
    stretch.high_id := key.id;
  END IF;
  RETURN stretch;
END $$;

-- The same beyond the week of its nearest end.
CREATE FUNCTION beyond_week(stretch time_stretch, week integer) RETURNS time_stretch LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  IF stretch.ascending THEN
    RETURN beyond(stretch, (to_timestamp((week + 1) * 604800.0), -1)::time_key);
  END IF;
  RETURN beyond(stretch, (to_timestamp(week * 604800.0), 0)::time_key);
END $$;

-- The posts that match, of some weeks or, if these are null, of all, found through the index. A function gathers its rows
-- before they are sorted, so that Postgres cannot read an index in the order of time instead, perhaps from end to end. To
-- start parallel workers takes longer than the scan.
CREATE FUNCTION indexed_posts(
  first_week integer, last_week integer, kinds boolean[], word text, in_title boolean, owner bigint, tag text
) RETURNS TABLE (id bigint, listed_at timestamptz) LANGUAGE plpgsql STABLE ROWS 100 SET max_parallel_workers_per_gather = 0 AS $$
DECLARE
  query CONSTANT tsquery := search_query(kinds, word, in_title, owner, tag);
BEGIN
  IF first_week IS NULL THEN
    RETURN QUERY SELECT posts.id, posts.listed_at FROM posts
      WHERE posts.published AND posts.reply = ANY (kinds)
        AND post_grams(posts.title, posts.content, posts.tags, posts.owner_id, posts.reply) @@ query
        AND post_matches(
          posts.title, posts.folded_title, posts.content, posts.folded_content, posts.tags, posts.owner_id,
          word, in_title, owner, tag);
  ELSE
    FOR week IN first_week .. last_week LOOP
      RETURN QUERY SELECT posts.id, posts.listed_at FROM posts
        WHERE posts.published AND posts.reply = ANY (kinds) AND week_of(posts.listed_at) = week
          AND post_grams(posts.title, posts.content, posts.tags, posts.owner_id, posts.reply) @@ query
          AND post_matches(
            posts.title, posts.folded_title, posts.content, posts.folded_content, posts.tags, posts.owner_id,
            word, in_title, owner, tag);
    END LOOP;
  END IF;
END $$;

-- Published posts with a word, a tag or both, of everybody or of one person, by time.
CREATE FUNCTION search_posts(
  stretch time_stretch, kinds boolean[], search text, in_title boolean, owner bigint, tag text
) RETURNS time_key[] LANGUAGE plpgsql STABLE AS $$
DECLARE
  word CONSTANT text := fold(search);
  wanted CONSTANT integer := stretch.skip + stretch.row_limit;
  direction CONSTANT integer := CASE WHEN stretch.ascending THEN 1 ELSE -1 END;
  tag_alone CONSTANT text := CASE WHEN owner IS NULL THEN tag END;
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
    nearest := find_posts(rest, kinds, NULL, false, owner, tag_alone, NULL);
    found := ARRAY (
      SELECT near::time_key
        FROM unnest(nearest) AS near CROSS JOIN LATERAL (
          SELECT FROM posts
            WHERE posts.id = near.id AND post_matches(
              posts.title, posts.folded_title, posts.content, posts.folded_content, posts.tags, posts.owner_id,
              word, in_title, owner, tag)
            OFFSET 0
        ) AS post
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
      SELECT (indexed.listed_at, indexed.id)::time_key
        FROM indexed_posts(week, week, kinds, word, in_title, owner, tag) AS indexed
        WHERE (indexed.listed_at, indexed.id) >= (rest.low_at, rest.low_id)
          AND (indexed.listed_at, indexed.id) < (rest.high_at, rest.high_id)
        ORDER BY direction * date_part('epoch', indexed.listed_at), direction * indexed.id
        LIMIT wanted - cardinality(hits));
    hits := hits || found;
    EXIT WHEN week IS NULL OR cardinality(hits) = wanted;
    rest := beyond_week(rest, week);
    EXIT WHEN find_posts(rest, kinds, NULL, false, owner, tag_alone, NULL) = '{}';
    -- Of the first week only a part may be left.
    week := CASE WHEN week = first_week OR cardinality(found) * 10 >= wanted THEN week + direction END;
  END LOOP;
  RETURN hits[stretch.skip + 1 : wanted];
END $$;

-- These posts, those of them that are published and match, by time.
CREATE FUNCTION posts_by_ids(
  stretch time_stretch, kinds boolean[], ids bigint[], search text, in_title boolean, owner bigint, tag text
) RETURNS time_key[] LANGUAGE plpgsql STABLE AS $$
DECLARE
  word CONSTANT text := fold(search);
  direction CONSTANT integer := CASE WHEN stretch.ascending THEN 1 ELSE -1 END;
BEGIN
  RETURN ARRAY (
    SELECT (post.listed_at, post.id)::time_key
      FROM unnest(ids) AS given (id) CROSS JOIN LATERAL (
        SELECT posts.listed_at, posts.id FROM posts
          WHERE posts.id = given.id AND posts.published AND posts.reply = ANY (kinds)
            AND (posts.listed_at, posts.id) >= (stretch.low_at, stretch.low_id)
            AND (posts.listed_at, posts.id) < (stretch.high_at, stretch.high_id)
            AND post_matches(
              posts.title, posts.folded_title, posts.content, posts.folded_content, posts.tags, posts.owner_id,
              word, in_title, owner, tag)
          OFFSET 0
      ) AS post
      ORDER BY direction * extract(epoch FROM post.listed_at), direction * post.id
      LIMIT stretch.row_limit OFFSET stretch.skip);
END $$;

-- The same by votes.
CREATE FUNCTION top_posts_by_ids(
  stretch count_stretch, kinds boolean[], ids bigint[], since timestamptz, until timestamptz,
  search text, in_title boolean, owner bigint, tag text
) RETURNS count_key[] LANGUAGE plpgsql STABLE AS $$
DECLARE
  word CONSTANT text := fold(search);
  direction CONSTANT integer := CASE WHEN stretch.ascending THEN 1 ELSE -1 END;
BEGIN
  RETURN ARRAY (
    SELECT (post.votes, post.id)::count_key
      FROM unnest(ids) AS given (id) CROSS JOIN LATERAL (
        SELECT post_counts.votes, posts.id FROM posts JOIN post_counts ON post_counts.post_id = posts.id
          WHERE posts.id = given.id AND posts.published AND posts.reply = ANY (kinds)
            AND posts.listed_at >= since AND posts.listed_at < until
            AND (post_counts.votes, posts.id) >= (stretch.low_count, stretch.low_id)
            AND (post_counts.votes, posts.id) < (stretch.high_count, stretch.high_id)
            AND post_matches(
              posts.title, posts.folded_title, posts.content, posts.folded_content, posts.tags, posts.owner_id,
              word, in_title, owner, tag)
          OFFSET 0
      ) AS post
      ORDER BY direction * post.votes, direction * post.id
      LIMIT stretch.row_limit OFFSET stretch.skip);
END $$;

-- The top posts of a span of time, read a day at a time: nobody reads further down a day than the page is long. Of a day
-- that is in it in part the times are looked at. Written twice, since an index is read in either direction.
CREATE FUNCTION top_posts_by_day(stretch count_stretch, kinds boolean[], since timestamptz, until timestamptz)
RETURNS count_key[] LANGUAGE plpgsql STABLE AS $$
DECLARE
  everything CONSTANT time_stretch := ('-infinity', 0, 'infinity', 0, true, 1, 0);
  backwards CONSTANT time_stretch := ('-infinity', 0, 'infinity', 0, false, 1, 0);
  oldest CONSTANT time_key[] := newest_posts(everything, kinds);
  newest CONSTANT time_key[] := newest_posts(backwards, kinds);
  first_day integer;
  last_day integer;
  first_whole_day integer;
BEGIN
  IF oldest = '{}' THEN
    RETURN '{}';
  END IF;
  first_day := day_of(greatest(since, oldest[1].at));
  last_day := day_of(least(until, newest[1].at));
  first_whole_day := day_of(greatest(since, oldest[1].at) + interval '1 day' - interval '1 millisecond');
  IF stretch.ascending THEN
    RETURN ARRAY (
      SELECT (top.votes, top.post_id)::count_key
        FROM generate_series(first_day, last_day) AS day CROSS JOIN unnest(kinds) AS kind CROSS JOIN LATERAL (
          SELECT post_counts.votes, post_counts.post_id
            FROM post_counts
            WHERE post_counts.published AND post_counts.reply = kind AND post_counts.day = day.day
              AND (post_counts.votes, post_counts.post_id) >= (stretch.low_count, stretch.low_id)
              AND (post_counts.votes, post_counts.post_id) < (stretch.high_count, stretch.high_id)
              AND (day.day >= first_whole_day AND day.day < last_day OR (
                SELECT posts.listed_at >= since AND posts.listed_at < until FROM posts WHERE posts.id = post_counts.post_id))
            ORDER BY post_counts.votes, post_counts.post_id LIMIT stretch.row_limit
        ) AS top
        ORDER BY top.votes, top.post_id LIMIT stretch.row_limit);
  END IF;
  RETURN ARRAY (
    SELECT (top.votes, top.post_id)::count_key
      FROM generate_series(first_day, last_day) AS day CROSS JOIN unnest(kinds) AS kind CROSS JOIN LATERAL (
        SELECT post_counts.votes, post_counts.post_id
          FROM post_counts
          WHERE post_counts.published AND post_counts.reply = kind AND post_counts.day = day.day
            AND (post_counts.votes, post_counts.post_id) >= (stretch.low_count, stretch.low_id)
            AND (post_counts.votes, post_counts.post_id) < (stretch.high_count, stretch.high_id)
            AND (day.day >= first_whole_day AND day.day < last_day OR (
              SELECT posts.listed_at >= since AND posts.listed_at < until FROM posts WHERE posts.id = post_counts.post_id))
          ORDER BY post_counts.votes DESC, post_counts.post_id DESC LIMIT stretch.row_limit
      ) AS top
      ORDER BY top.votes DESC, top.post_id DESC LIMIT stretch.row_limit);
END $$;

-- The top of what no index holds by votes: posts of a span of time, with a word, or of a person and a tag.
CREATE FUNCTION search_top_posts(
  stretch count_stretch, kinds boolean[], since timestamptz, until timestamptz,
  search text, in_title boolean, owner bigint, tag text
) RETURNS count_key[] LANGUAGE plpgsql STABLE AS $$
DECLARE
  word CONSTANT text := fold(search);
  wanted CONSTANT integer := stretch.skip + stretch.row_limit;
  direction CONSTANT integer := CASE WHEN stretch.ascending THEN 1 ELSE -1 END;
  tag_alone CONSTANT text := CASE WHEN owner IS NULL THEN tag END;
  rest count_stretch := stretch;
  nearest count_key[];
  found count_key[];
  hits count_key[] := '{}';
  first_week integer;
  last_week integer;
BEGIN
  rest.skip := 0;
  rest.row_limit := near_limit(wanted);
  LOOP
    nearest := find_top_posts(rest, kinds, '-infinity', 'infinity', NULL, false, owner, tag_alone, NULL);
    found := ARRAY (
      SELECT near::count_key
        FROM unnest(nearest) AS near CROSS JOIN LATERAL (
          SELECT FROM posts
            WHERE posts.id = near.id AND posts.listed_at >= since AND posts.listed_at < until
              AND post_matches(
                posts.title, posts.folded_title, posts.content, posts.folded_content, posts.tags, posts.owner_id,
                word, in_title, owner, tag)
            OFFSET 0
        ) AS post
        LIMIT wanted - cardinality(hits));
    hits := hits || found;
    IF cardinality(hits) = wanted OR cardinality(nearest) < rest.row_limit THEN
      RETURN hits[stretch.skip + 1 : wanted];
    END IF;
    rest := beyond(rest, nearest[rest.row_limit]);
    EXIT WHEN cardinality(found) * 10 < rest.row_limit;
  END LOOP;

  rest.row_limit := wanted - cardinality(hits);
  IF word IS NULL AND tag IS NULL AND owner IS NULL THEN
    hits := hits || top_posts_by_day(rest, kinds, since, until);
  ELSE
    -- No index has votes beside words, tags and owners: the votes of every hit are looked at.
    IF until < since + interval '60 days' THEN
      first_week := week_of(since);
      last_week := week_of(until);
    END IF;
    hits := hits || ARRAY (
      SELECT (counts.votes, indexed.id)::count_key
        FROM indexed_posts(first_week, last_week, kinds, word, in_title, owner, tag) AS indexed
        CROSS JOIN LATERAL (
          SELECT post_counts.votes FROM post_counts WHERE post_counts.post_id = indexed.id OFFSET 0
        ) AS counts
        WHERE indexed.listed_at >= since AND indexed.listed_at < until
          AND (counts.votes, indexed.id) >= (rest.low_count, rest.low_id)
          AND (counts.votes, indexed.id) < (rest.high_count, rest.high_id)
        ORDER BY direction * counts.votes, direction * indexed.id LIMIT rest.row_limit);
  END IF;
  RETURN hits[stretch.skip + 1 : wanted];
END $$;
