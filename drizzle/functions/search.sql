-- Lists that no index holds in their order: words, or a tag of a person, or the top of a span of time. A search looks at the
-- nearest rows of a longer list first, where a common word is found soon, and asks an index only if those were too few.

-- Whether a post has what is searched for; null for what is not asked. `word` is folded.
CREATE FUNCTION post_matches(
  title text, content text, tags text[], owner_id bigint, word text, in_title boolean, owner bigint, tag text
) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT (tag IS NULL OR tag = ANY (tags)) AND (owner IS NULL OR owner_id = owner)
    AND (word IS NULL OR strpos(fold(title), word) > 0 OR (NOT in_title AND strpos(fold(content), word) > 0))
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

-- Published posts with a word, a tag or both, of everybody or of one person, by time.
CREATE FUNCTION search_posts(
  stretch time_stretch, kinds boolean[], search text, in_title boolean, owner bigint, tag text
) RETURNS time_key[] LANGUAGE plpgsql STABLE AS $$
DECLARE
  word CONSTANT text := fold(search);
  wanted CONSTANT integer := stretch.skip + stretch.row_limit;
  direction CONSTANT integer := CASE WHEN stretch.ascending THEN 1 ELSE -1 END;
  rest time_stretch := stretch;
  nearest time_key[];
  farthest time_key[];
  query tsquery;
  week integer;
  last_week integer;
  hit time_key;
  hits time_key[] := '{}';
BEGIN
  rest.skip := 0;
  rest.row_limit := near_limit(wanted);
  IF owner IS NULL THEN
    nearest := newest_posts(rest, kinds);
  ELSE
    nearest := posts_of_owner(rest, kinds, owner, NULL);
  END IF;
  FOR hit IN
    SELECT near.at, near.id
      FROM unnest(nearest) AS near CROSS JOIN LATERAL (
        SELECT FROM posts
          WHERE posts.id = near.id AND post_matches(
            posts.title, posts.content, posts.tags, posts.owner_id, word, in_title, owner, tag)
          OFFSET 0
      ) AS post
  LOOP
    hits := hits || hit;
    EXIT WHEN cardinality(hits) = wanted;
  END LOOP;

  IF cardinality(hits) < wanted AND cardinality(nearest) = rest.row_limit THEN
    -- Beyond the last of them the index is read a week at a time, which passes quickly over weeks without a hit.
    hit := nearest[rest.row_limit];
    IF stretch.ascending THEN
      rest.low_at := hit.at;
      rest.low_id := hit.id + 1;
    ELSE
      rest.high_at := hit.at;
      rest.high_id := hit.id;
    END IF;
    rest.row_limit := 1;
    rest.ascending := NOT stretch.ascending;
    IF owner IS NULL THEN
      farthest := newest_posts(rest, kinds);
    ELSE
      farthest := posts_of_owner(rest, kinds, owner, NULL);
    END IF;
    query := search_query(kinds, word, in_title, owner, tag);
    week := week_of(hit.at);
    last_week := week_of(farthest[1].at);
    WHILE cardinality(hits) < wanted AND (last_week - week) * direction >= 0 LOOP
      -- The hits of a week are found first and sorted afterwards, and the other conditions are written `… IS TRUE`, so that
      -- Postgres cannot use an index in the order of time, which it might read from end to end. Nearly every hit of the
      -- index is a real one: texts are compared only until there are enough.
      hits := hits || ARRAY (
        WITH found AS MATERIALIZED (
          SELECT posts.listed_at, posts.id FROM posts
            WHERE posts.published
              AND week_of(posts.listed_at) = week
              AND post_grams(posts.title, posts.content, posts.tags, posts.owner_id, posts.reply) @@ query
              AND (posts.reply = ANY (kinds)) IS TRUE
              AND ((posts.listed_at, posts.id) >= (rest.low_at, rest.low_id)) IS TRUE
              AND ((posts.listed_at, posts.id) < (rest.high_at, rest.high_id)) IS TRUE
        )
        SELECT (near.listed_at, near.id)::time_key
          FROM (
            SELECT * FROM found ORDER BY direction * extract(epoch FROM found.listed_at), direction * found.id OFFSET 0
          ) AS near CROSS JOIN LATERAL (
            SELECT FROM posts
              WHERE posts.id = near.id AND post_matches(
                posts.title, posts.content, posts.tags, posts.owner_id, word, in_title, owner, tag)
              OFFSET 0
          ) AS post
          LIMIT wanted - cardinality(hits));
      week := week + direction;
    END LOOP;
  END IF;
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
            AND post_matches(posts.title, posts.content, posts.tags, posts.owner_id, word, in_title, owner, tag)
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
            AND post_matches(posts.title, posts.content, posts.tags, posts.owner_id, word, in_title, owner, tag)
          OFFSET 0
      ) AS post
      ORDER BY direction * post.votes, direction * post.id
      LIMIT stretch.row_limit OFFSET stretch.skip);
END $$;

-- The top posts of a span of time, read a day at a time: nobody reads further down a day than the page is long. Written
-- twice, since an index is read in either direction.
CREATE FUNCTION top_posts_by_day(stretch count_stretch, kinds boolean[], since timestamptz, until timestamptz)
RETURNS count_key[] LANGUAGE plpgsql STABLE AS $$
DECLARE
  everything CONSTANT time_stretch := ('-infinity', 0, 'infinity', 0, true, 1, 0);
  backwards CONSTANT time_stretch := ('-infinity', 0, 'infinity', 0, false, 1, 0);
  oldest CONSTANT time_key[] := newest_posts(everything, kinds);
  newest CONSTANT time_key[] := newest_posts(backwards, kinds);
  first_day integer;
  last_day integer;
BEGIN
  IF oldest = '{}' THEN
    RETURN '{}';
  END IF;
  first_day := day_of(greatest(since, oldest[1].at));
  last_day := day_of(least(until, newest[1].at));
  IF stretch.ascending THEN
    RETURN ARRAY (
      SELECT (top.votes, top.post_id)::count_key
        FROM generate_series(first_day, last_day) AS day CROSS JOIN unnest(kinds) AS kind CROSS JOIN LATERAL (
          SELECT post_counts.votes, post_counts.post_id
            FROM post_counts CROSS JOIN LATERAL (
              SELECT posts.listed_at FROM posts WHERE posts.id = post_counts.post_id OFFSET 0
            ) AS post
            WHERE post_counts.published AND post_counts.reply = kind AND post_counts.day = day.day
              AND (post_counts.votes, post_counts.post_id) >= (stretch.low_count, stretch.low_id)
              AND (post_counts.votes, post_counts.post_id) < (stretch.high_count, stretch.high_id)
              AND post.listed_at >= since AND post.listed_at < until
            ORDER BY post_counts.votes, post_counts.post_id LIMIT stretch.row_limit
        ) AS top
        ORDER BY top.votes, top.post_id LIMIT stretch.row_limit);
  END IF;
  RETURN ARRAY (
    SELECT (top.votes, top.post_id)::count_key
      FROM generate_series(first_day, last_day) AS day CROSS JOIN unnest(kinds) AS kind CROSS JOIN LATERAL (
        SELECT post_counts.votes, post_counts.post_id
          FROM post_counts CROSS JOIN LATERAL (
            SELECT posts.listed_at FROM posts WHERE posts.id = post_counts.post_id OFFSET 0
          ) AS post
          WHERE post_counts.published AND post_counts.reply = kind AND post_counts.day = day.day
            AND (post_counts.votes, post_counts.post_id) >= (stretch.low_count, stretch.low_id)
            AND (post_counts.votes, post_counts.post_id) < (stretch.high_count, stretch.high_id)
            AND post.listed_at >= since AND post.listed_at < until
          ORDER BY post_counts.votes DESC, post_counts.post_id DESC LIMIT stretch.row_limit
      ) AS top
      ORDER BY top.votes DESC, top.post_id DESC LIMIT stretch.row_limit);
END $$;

-- The ids of all that the index over words, tags and owners finds for a query, in the weeks of a span of time.
CREATE FUNCTION indexed_posts(query tsquery, since timestamptz, until timestamptz) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE ROWS 100 AS $$
BEGIN
  IF since = '-infinity' AND until = 'infinity' THEN
    RETURN QUERY SELECT posts.id FROM posts
      WHERE posts.published
        AND post_grams(posts.title, posts.content, posts.tags, posts.owner_id, posts.reply) @@ query;
  ELSE
    RETURN QUERY SELECT posts.id FROM posts
      WHERE posts.published
        AND post_grams(posts.title, posts.content, posts.tags, posts.owner_id, posts.reply) @@ query
        AND week_of(posts.listed_at) >= week_of(greatest(since, '0001-01-01Z'))
        AND week_of(posts.listed_at) <= week_of(least(until, '9999-12-31Z'));
  END IF;
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
  rest count_stretch := stretch;
  nearest count_key[];
  hit count_key;
  hits count_key[] := '{}';
BEGIN
  rest.skip := 0;
  rest.row_limit := near_limit(wanted);
  IF owner IS NOT NULL THEN
    nearest := top_posts_of_owner(rest, kinds, owner);
  ELSIF tag IS NOT NULL THEN
    nearest := top_posts_of_tag(rest, kinds, tag);
  ELSE
    nearest := top_posts(rest, kinds);
  END IF;
  FOR hit IN
    SELECT near.count, near.id
      FROM unnest(nearest) AS near CROSS JOIN LATERAL (
        SELECT FROM posts
          WHERE posts.id = near.id AND posts.listed_at >= since AND posts.listed_at < until
            AND post_matches(posts.title, posts.content, posts.tags, posts.owner_id, word, in_title, owner, tag)
          OFFSET 0
      ) AS post
  LOOP
    hits := hits || hit;
    EXIT WHEN cardinality(hits) = wanted;
  END LOOP;

  IF cardinality(hits) < wanted AND cardinality(nearest) = rest.row_limit THEN
    hit := nearest[rest.row_limit];
    IF stretch.ascending THEN
      rest.low_count := hit.count;
      rest.low_id := hit.id + 1;
    ELSE
      rest.high_count := hit.count;
      rest.high_id := hit.id;
    END IF;
    rest.row_limit := wanted - cardinality(hits);
    IF word IS NULL AND tag IS NULL AND owner IS NULL THEN
      hits := hits || top_posts_by_day(rest, kinds, since, until);
    ELSE
      -- No index has votes beside words, tags and owners: the votes of every hit are looked at, and the texts of the top.
      hits := hits || ARRAY (
        SELECT (near.votes, near.id)::count_key
          FROM (
            SELECT counts.votes, indexed.id
              FROM indexed_posts(search_query(kinds, word, in_title, owner, tag), since, until) AS indexed (id)
              CROSS JOIN LATERAL (
                SELECT post_counts.votes FROM post_counts
                  WHERE post_counts.post_id = indexed.id AND post_counts.reply = ANY (kinds) OFFSET 0
              ) AS counts
              WHERE (counts.votes, indexed.id) >= (rest.low_count, rest.low_id)
                AND (counts.votes, indexed.id) < (rest.high_count, rest.high_id)
              ORDER BY direction * counts.votes, direction * indexed.id OFFSET 0
          ) AS near CROSS JOIN LATERAL (
            SELECT FROM posts
              WHERE posts.id = near.id AND posts.listed_at >= since AND posts.listed_at < until
                AND post_matches(posts.title, posts.content, posts.tags, posts.owner_id, word, in_title, owner, tag)
              OFFSET 0
          ) AS post
          LIMIT rest.row_limit);
    END IF;
  END IF;
  RETURN hits[stretch.skip + 1 : wanted];
END $$;
