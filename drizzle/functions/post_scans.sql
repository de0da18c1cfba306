-- The plans of lists of posts: each reads one stretch of one list from one index, in order, and returns its keys. `kinds`
-- says which posts belong to it: `{false}` top-level posts, `{true}` replies, `{false,true}` both, merged. No scan reads
-- more than `skip + row_limit` rows of a range, so that a page costs the same however long the list is.

-- All published posts.
CREATE FUNCTION newest_posts(stretch time_stretch, kinds boolean[]) RETURNS time_key[] LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF stretch.ascending THEN
    RETURN ARRAY (
      SELECT (near.listed_at, near.id)::time_key
        FROM unnest(kinds) AS kind CROSS JOIN LATERAL (
          SELECT posts.listed_at, posts.id FROM posts
            WHERE posts.published AND posts.reply = kind
              AND (posts.listed_at, posts.id) >= (stretch.low_at, stretch.low_id)
              AND (posts.listed_at, posts.id) < (stretch.high_at, stretch.high_id)
            ORDER BY posts.listed_at, posts.id LIMIT stretch.skip + stretch.row_limit
        ) AS near
        ORDER BY near.listed_at, near.id LIMIT stretch.row_limit OFFSET stretch.skip);
  END IF;
  RETURN ARRAY (
    SELECT (near.listed_at, near.id)::time_key
      FROM unnest(kinds) AS kind CROSS JOIN LATERAL (
        SELECT posts.listed_at, posts.id FROM posts
          WHERE posts.published AND posts.reply = kind
            AND (posts.listed_at, posts.id) >= (stretch.low_at, stretch.low_id)
            AND (posts.listed_at, posts.id) < (stretch.high_at, stretch.high_id)
          ORDER BY posts.listed_at DESC, posts.id DESC LIMIT stretch.skip + stretch.row_limit
      ) AS near
      ORDER BY near.listed_at DESC, near.id DESC LIMIT stretch.row_limit OFFSET stretch.skip);
END $$;

-- The posts of one person. `states` says which: `{true}` published ones, `{false}` drafts, `{false,true}` both, merged.
CREATE FUNCTION posts_of_owner(stretch time_stretch, kinds boolean[], owner bigint, states boolean[]) RETURNS time_key[]
LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF stretch.ascending THEN
    RETURN ARRAY (
      SELECT (near.listed_at, near.id)::time_key
        FROM unnest(states) AS state CROSS JOIN unnest(kinds) AS kind CROSS JOIN LATERAL (
          SELECT posts.listed_at, posts.id FROM posts
            WHERE posts.owner_id = owner AND posts.published = state AND posts.reply = kind
              AND (posts.listed_at, posts.id) >= (stretch.low_at, stretch.low_id)
              AND (posts.listed_at, posts.id) < (stretch.high_at, stretch.high_id)
            ORDER BY posts.listed_at, posts.id LIMIT stretch.skip + stretch.row_limit
        ) AS near
        ORDER BY near.listed_at, near.id LIMIT stretch.row_limit OFFSET stretch.skip);
  END IF;
  RETURN ARRAY (
    SELECT (near.listed_at, near.id)::time_key
      FROM unnest(states) AS state CROSS JOIN unnest(kinds) AS kind CROSS JOIN LATERAL (
        SELECT posts.listed_at, posts.id FROM posts
          WHERE posts.owner_id = owner AND posts.published = state AND posts.reply = kind
            AND (posts.listed_at, posts.id) >= (stretch.low_at, stretch.low_id)
            AND (posts.listed_at, posts.id) < (stretch.high_at, stretch.high_id)
          ORDER BY posts.listed_at DESC, posts.id DESC LIMIT stretch.skip + stretch.row_limit
      ) AS near
      ORDER BY near.listed_at DESC, near.id DESC LIMIT stretch.row_limit OFFSET stretch.skip);
END $$;

-- The posts that carry a tag.
CREATE FUNCTION posts_of_tag(stretch time_stretch, kinds boolean[], tag text) RETURNS time_key[]
LANGUAGE plpgsql STABLE AS $$
#variable_conflict use_column
BEGIN
  IF stretch.ascending THEN
    RETURN ARRAY (
      SELECT (near.listed_at, near.post_id)::time_key
        FROM unnest(kinds) AS kind CROSS JOIN LATERAL (
          SELECT post_tags.listed_at, post_tags.post_id FROM post_tags
            WHERE post_tags.tag = posts_of_tag.tag AND post_tags.reply = kind
              AND (post_tags.listed_at, post_tags.post_id) >= (stretch.low_at, stretch.low_id)
              AND (post_tags.listed_at, post_tags.post_id) < (stretch.high_at, stretch.high_id)
            ORDER BY post_tags.listed_at, post_tags.post_id LIMIT stretch.skip + stretch.row_limit
        ) AS near
        ORDER BY near.listed_at, near.post_id LIMIT stretch.row_limit OFFSET stretch.skip);
  END IF;
  RETURN ARRAY (
    SELECT (near.listed_at, near.post_id)::time_key
      FROM unnest(kinds) AS kind CROSS JOIN LATERAL (
        SELECT post_tags.listed_at, post_tags.post_id FROM post_tags
          WHERE post_tags.tag = posts_of_tag.tag AND post_tags.reply = kind
            AND (post_tags.listed_at, post_tags.post_id) >= (stretch.low_at, stretch.low_id)
            AND (post_tags.listed_at, post_tags.post_id) < (stretch.high_at, stretch.high_id)
          ORDER BY post_tags.listed_at DESC, post_tags.post_id DESC LIMIT stretch.skip + stretch.row_limit
      ) AS near
      ORDER BY near.listed_at DESC, near.post_id DESC LIMIT stretch.row_limit OFFSET stretch.skip);
END $$;

-- The posts of the people whom somebody follows, but for hidden people, and with `include_self` their own. One post of each
-- person is read first: only those whose nearest post is among the nearest `skip + row_limit` of all can have more on the
-- page.
CREATE FUNCTION timeline_posts(
  stretch time_stretch, hidden hidden_people, kinds boolean[], follower bigint, include_self boolean
) RETURNS time_key[] LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF stretch.ascending THEN
    RETURN ARRAY (
      SELECT (near.listed_at, near.id)::time_key
        FROM (
          SELECT people.id, kind
            FROM (
              SELECT follows.followee_id AS id FROM follows
                WHERE follows.follower_id = follower
                  AND (hidden IS NULL OR NOT EXISTS (SELECT FROM reasons_to_hide(follows.followee_id, hidden)))
              UNION ALL SELECT follower WHERE include_self
            ) AS people CROSS JOIN unnest(kinds) AS kind CROSS JOIN LATERAL (
              SELECT posts.listed_at, posts.id FROM posts
                WHERE posts.owner_id = people.id AND posts.reply = kind AND posts.published
                  AND (posts.listed_at, posts.id) >= (stretch.low_at, stretch.low_id)
                  AND (posts.listed_at, posts.id) < (stretch.high_at, stretch.high_id)
                ORDER BY posts.listed_at, posts.id LIMIT 1
            ) AS nearest
            ORDER BY nearest.listed_at, nearest.id LIMIT stretch.skip + stretch.row_limit
        ) AS writers CROSS JOIN LATERAL (
          SELECT posts.listed_at, posts.id FROM posts
            WHERE posts.owner_id = writers.id AND posts.reply = writers.kind AND posts.published
              AND (posts.listed_at, posts.id) >= (stretch.low_at, stretch.low_id)
              AND (posts.listed_at, posts.id) < (stretch.high_at, stretch.high_id)
            ORDER BY posts.listed_at, posts.id LIMIT stretch.skip + stretch.row_limit
        ) AS near
        ORDER BY near.listed_at, near.id LIMIT stretch.row_limit OFFSET stretch.skip);
  END IF;
  RETURN ARRAY (
    SELECT (near.listed_at, near.id)::time_key
      FROM (
        SELECT people.id, kind
          FROM (
            SELECT follows.followee_id AS id FROM follows
              WHERE follows.follower_id = follower
                AND (hidden IS NULL OR NOT EXISTS (SELECT FROM reasons_to_hide(follows.followee_id, hidden)))
            UNION ALL SELECT follower WHERE include_self
          ) AS people CROSS JOIN unnest(kinds) AS kind CROSS JOIN LATERAL (
            SELECT posts.listed_at, posts.id FROM posts
              WHERE posts.owner_id = people.id AND posts.reply = kind AND posts.published
                AND (posts.listed_at, posts.id) >= (stretch.low_at, stretch.low_id)
                AND (posts.listed_at, posts.id) < (stretch.high_at, stretch.high_id)
              ORDER BY posts.listed_at DESC, posts.id DESC LIMIT 1
          ) AS nearest
          ORDER BY nearest.listed_at DESC, nearest.id DESC LIMIT stretch.skip + stretch.row_limit
      ) AS writers CROSS JOIN LATERAL (
        SELECT posts.listed_at, posts.id FROM posts
          WHERE posts.owner_id = writers.id AND posts.reply = writers.kind AND posts.published
            AND (posts.listed_at, posts.id) >= (stretch.low_at, stretch.low_id)
            AND (posts.listed_at, posts.id) < (stretch.high_at, stretch.high_id)
          ORDER BY posts.listed_at DESC, posts.id DESC LIMIT stretch.skip + stretch.row_limit
      ) AS near
      ORDER BY near.listed_at DESC, near.id DESC LIMIT stretch.row_limit OFFSET stretch.skip);
END $$;

-- How many those are; null for `row_limit` or more. They are counted in any order, or all of them would be read.
CREATE FUNCTION count_timeline(
  hidden hidden_people, kinds boolean[], follower bigint, include_self boolean, row_limit integer
) RETURNS bigint LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (
    SELECT CASE WHEN count(*) < row_limit THEN count(*) END
      FROM (
        SELECT
          FROM (
            SELECT follows.followee_id AS id FROM follows
              WHERE follows.follower_id = follower
                AND (hidden IS NULL OR NOT EXISTS (SELECT FROM reasons_to_hide(follows.followee_id, hidden)))
            UNION ALL SELECT follower WHERE include_self
          ) AS people CROSS JOIN unnest(kinds) AS kind CROSS JOIN LATERAL (
            SELECT FROM posts WHERE posts.owner_id = people.id AND posts.reply = kind AND posts.published OFFSET 0
          ) AS post
          LIMIT row_limit
      ) AS posts
  );
END $$;

-- The published replies to a post, but for those of hidden people. Whose a reply is stands in no index of this order; it is
-- looked up only where somebody is hidden.
CREATE FUNCTION replies_to(stretch time_stretch, hidden hidden_people, parent bigint) RETURNS time_key[]
LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF stretch.ascending THEN
    RETURN ARRAY (
      SELECT (posts.listed_at, posts.id)::time_key FROM posts
        WHERE posts.parent_id = parent AND posts.published
          AND (hidden IS NULL OR NOT EXISTS (SELECT FROM reasons_to_hide_post(posts.id, hidden)))
          AND (posts.listed_at, posts.id) >= (stretch.low_at, stretch.low_id)
          AND (posts.listed_at, posts.id) < (stretch.high_at, stretch.high_id)
        ORDER BY posts.listed_at, posts.id LIMIT stretch.row_limit OFFSET stretch.skip);
  END IF;
  RETURN ARRAY (
    SELECT (posts.listed_at, posts.id)::time_key FROM posts
      WHERE posts.parent_id = parent AND posts.published
        AND (hidden IS NULL OR NOT EXISTS (SELECT FROM reasons_to_hide_post(posts.id, hidden)))
        AND (posts.listed_at, posts.id) >= (stretch.low_at, stretch.low_id)
        AND (posts.listed_at, posts.id) < (stretch.high_at, stretch.high_id)
      ORDER BY posts.listed_at DESC, posts.id DESC LIMIT stretch.row_limit OFFSET stretch.skip);
END $$;

-- The published posts that a person voted for, but for those of hidden people, by the time of the vote.
CREATE FUNCTION posts_voted_by(stretch time_stretch, hidden hidden_people, voter bigint) RETURNS time_key[]
LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF stretch.ascending THEN
    RETURN ARRAY (
      SELECT (votes.created_at, votes.post_id)::time_key
        FROM votes CROSS JOIN LATERAL (
          SELECT FROM posts
            WHERE posts.id = votes.post_id AND posts.published
              AND (hidden IS NULL OR NOT EXISTS (SELECT FROM reasons_to_hide(posts.owner_id, hidden))) OFFSET 0
        ) AS post
        WHERE votes.user_id = voter
          AND (votes.created_at, votes.post_id) >= (stretch.low_at, stretch.low_id)
          AND (votes.created_at, votes.post_id) < (stretch.high_at, stretch.high_id)
        ORDER BY votes.created_at, votes.post_id LIMIT stretch.row_limit OFFSET stretch.skip);
  END IF;
  RETURN ARRAY (
    SELECT (votes.created_at, votes.post_id)::time_key
      FROM votes CROSS JOIN LATERAL (
        SELECT FROM posts
          WHERE posts.id = votes.post_id AND posts.published
            AND (hidden IS NULL OR NOT EXISTS (SELECT FROM reasons_to_hide(posts.owner_id, hidden))) OFFSET 0
      ) AS post
      WHERE votes.user_id = voter
        AND (votes.created_at, votes.post_id) >= (stretch.low_at, stretch.low_id)
        AND (votes.created_at, votes.post_id) < (stretch.high_at, stretch.high_id)
      ORDER BY votes.created_at DESC, votes.post_id DESC LIMIT stretch.row_limit OFFSET stretch.skip);
END $$;

-- Published posts, those with the most votes at the upper end.
CREATE FUNCTION top_posts(stretch count_stretch, kinds boolean[]) RETURNS count_key[] LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF stretch.ascending THEN
    RETURN ARRAY (
      SELECT (near.votes, near.post_id)::count_key
        FROM unnest(kinds) AS kind CROSS JOIN LATERAL (
          SELECT post_counts.votes, post_counts.post_id FROM post_counts
            WHERE post_counts.published AND post_counts.reply = kind
              AND (post_counts.votes, post_counts.post_id) >= (stretch.low_count, stretch.low_id)
              AND (post_counts.votes, post_counts.post_id) < (stretch.high_count, stretch.high_id)
            ORDER BY post_counts.votes, post_counts.post_id LIMIT stretch.skip + stretch.row_limit
        ) AS near
        ORDER BY near.votes, near.post_id LIMIT stretch.row_limit OFFSET stretch.skip);
  END IF;
  RETURN ARRAY (
    SELECT (near.votes, near.post_id)::count_key
      FROM unnest(kinds) AS kind CROSS JOIN LATERAL (
        SELECT post_counts.votes, post_counts.post_id FROM post_counts
          WHERE post_counts.published AND post_counts.reply = kind
            AND (post_counts.votes, post_counts.post_id) >= (stretch.low_count, stretch.low_id)
            AND (post_counts.votes, post_counts.post_id) < (stretch.high_count, stretch.high_id)
          ORDER BY post_counts.votes DESC, post_counts.post_id DESC LIMIT stretch.skip + stretch.row_limit
      ) AS near
      ORDER BY near.votes DESC, near.post_id DESC LIMIT stretch.row_limit OFFSET stretch.skip);
END $$;

-- The same of one person.
CREATE FUNCTION top_posts_of_owner(stretch count_stretch, kinds boolean[], owner bigint) RETURNS count_key[]
LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF stretch.ascending THEN
    RETURN ARRAY (
      SELECT (near.votes, near.post_id)::count_key
        FROM unnest(kinds) AS kind CROSS JOIN LATERAL (
          SELECT post_counts.votes, post_counts.post_id FROM post_counts
            WHERE post_counts.published AND post_counts.owner_id = owner AND post_counts.reply = kind
              AND (post_counts.votes, post_counts.post_id) >= (stretch.low_count, stretch.low_id)
              AND (post_counts.votes, post_counts.post_id) < (stretch.high_count, stretch.high_id)
            ORDER BY post_counts.votes, post_counts.post_id LIMIT stretch.skip + stretch.row_limit
        ) AS near
        ORDER BY near.votes, near.post_id LIMIT stretch.row_limit OFFSET stretch.skip);
  END IF;
  RETURN ARRAY (
    SELECT (near.votes, near.post_id)::count_key
      FROM unnest(kinds) AS kind CROSS JOIN LATERAL (
        SELECT post_counts.votes, post_counts.post_id FROM post_counts
          WHERE post_counts.published AND post_counts.owner_id = owner AND post_counts.reply = kind
            AND (post_counts.votes, post_counts.post_id) >= (stretch.low_count, stretch.low_id)
            AND (post_counts.votes, post_counts.post_id) < (stretch.high_count, stretch.high_id)
          ORDER BY post_counts.votes DESC, post_counts.post_id DESC LIMIT stretch.skip + stretch.row_limit
      ) AS near
      ORDER BY near.votes DESC, near.post_id DESC LIMIT stretch.row_limit OFFSET stretch.skip);
END $$;

-- The same of a tag.
CREATE FUNCTION top_posts_of_tag(stretch count_stretch, kinds boolean[], tag text) RETURNS count_key[]
LANGUAGE plpgsql STABLE AS $$
#variable_conflict use_column
BEGIN
  IF stretch.ascending THEN
    RETURN ARRAY (
      SELECT (near.votes, near.post_id)::count_key
        FROM unnest(kinds) AS kind CROSS JOIN LATERAL (
          SELECT post_tags.votes, post_tags.post_id FROM post_tags
            WHERE post_tags.tag = top_posts_of_tag.tag AND post_tags.reply = kind
              AND (post_tags.votes, post_tags.post_id) >= (stretch.low_count, stretch.low_id)
              AND (post_tags.votes, post_tags.post_id) < (stretch.high_count, stretch.high_id)
            ORDER BY post_tags.votes, post_tags.post_id LIMIT stretch.skip + stretch.row_limit
        ) AS near
        ORDER BY near.votes, near.post_id LIMIT stretch.row_limit OFFSET stretch.skip);
  END IF;
  RETURN ARRAY (
    SELECT (near.votes, near.post_id)::count_key
      FROM unnest(kinds) AS kind CROSS JOIN LATERAL (
        SELECT post_tags.votes, post_tags.post_id FROM post_tags
          WHERE post_tags.tag = top_posts_of_tag.tag AND post_tags.reply = kind
            AND (post_tags.votes, post_tags.post_id) >= (stretch.low_count, stretch.low_id)
            AND (post_tags.votes, post_tags.post_id) < (stretch.high_count, stretch.high_id)
          ORDER BY post_tags.votes DESC, post_tags.post_id DESC LIMIT stretch.skip + stretch.row_limit
      ) AS near
      ORDER BY near.votes DESC, near.post_id DESC LIMIT stretch.row_limit OFFSET stretch.skip);
END $$;
