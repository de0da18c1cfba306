-- The counters that differ from a count of the rows: none, unless a trigger is wrong. Follows that should not be there count as
-- such.
WITH tagged AS (
  -- In one pass over the posts: one for each tag would take as many as there are tags.
  SELECT tag, count(DISTINCT id) AS posts, count(DISTINCT id) FILTER (WHERE parent_id IS NOT NULL) AS replies
    FROM posts, unnest(tags) AS tag WHERE published GROUP BY tag
), counters (counter, kept, counted) AS (
  SELECT 'votes of post ' || post_id, votes, (SELECT count(*) FROM votes WHERE votes.post_id = post_counts.post_id)
    FROM post_counts

  UNION ALL
  SELECT 'replies to post ' || post_id, replies, (SELECT count(*) FROM posts WHERE parent_id = post_id AND published)
    FROM post_counts

  -- The columns that are copied from posts: 1 for a post in which one of them differs, or which has no counters.
  UNION ALL
  SELECT 'copied columns of post ' || id, 0,
         (post_counts IS NULL
           OR (post_counts.published, post_counts.reply, post_counts.owner_id, day, tagged)
             IS DISTINCT FROM (posts.published, parent_id IS NOT NULL, posts.owner_id, day_of(listed_at),
                                   posts.published AND tags <> '{}'))::integer
    FROM posts LEFT JOIN post_counts ON post_id = id

  UNION ALL
  SELECT 'counters of the missing post ' || post_id, 0, 1
    FROM post_counts WHERE NOT EXISTS (SELECT FROM posts WHERE id = post_id)

  UNION ALL
  SELECT 'ancestors of post ' || id, 0, 1
    FROM posts
    WHERE (parent_id IS NOT NULL) IS DISTINCT FROM EXISTS (
        SELECT FROM post_ancestors WHERE post_id = id AND distance = 1 AND ancestor_id = parent_id)
      OR EXISTS (
        SELECT FROM post_ancestors
          WHERE post_id = id AND drafted_by <> CASE WHEN published THEN 0 ELSE owner_id END)

  UNION ALL
  SELECT 'posts of person ' || id, posts, (SELECT count(*) FROM posts WHERE owner_id = users.id AND published)
    FROM users

  UNION ALL
  SELECT 'replies of person ' || id, replies,
         (SELECT count(*) FROM posts WHERE owner_id = users.id AND published AND parent_id IS NOT NULL)
    FROM users

  UNION ALL
  SELECT 'followers of person ' || id, followers, (SELECT count(*) FROM follows WHERE followee_id = id)
    FROM users

  UNION ALL
  SELECT 'followed by person ' || id, following, (SELECT count(*) FROM follows WHERE follower_id = id)
    FROM users

  UNION ALL
  SELECT 'follow of person ' || follower_id || ' who is blocked with ' || followee_id, 0, 1
    FROM follows JOIN blocks
      ON user_id = follower_id AND other_id = followee_id OR user_id = followee_id AND other_id = follower_id

  UNION ALL
  SELECT 'posts with tag ' || tag, tags.posts, coalesce(tagged.posts, 0) FROM tags LEFT JOIN tagged USING (tag)

  UNION ALL
  SELECT 'replies with tag ' || tag, tags.replies, coalesce(tagged.replies, 0) FROM tags LEFT JOIN tagged USING (tag)

  UNION ALL
  SELECT 'tags of post ' || id, CASE WHEN published THEN cardinality(tags) ELSE 0 END,
         (SELECT count(*) FROM post_tags WHERE post_id = id)
    FROM posts

  -- 1 for a post whose tags are not those that were given and its hashtags.
  UNION ALL
  SELECT 'hashtags of post ' || id, 0, 1
    FROM posts
    WHERE hashtags IS NOT NULL AND NOT (tags @> given_tags AND tags <@ (given_tags || hashtags)
      AND cardinality(tags) = least(10, (SELECT count(DISTINCT tag) FROM unnest(given_tags || hashtags) AS tag)))

  UNION ALL
  SELECT 'mentions of post ' || id,
         (SELECT count(*) FROM post_mentions JOIN users ON users.id = user_id WHERE post_id = posts.id AND deleted_at IS NULL),
         CASE WHEN published THEN (SELECT count(*) FROM users WHERE users.id = ANY (mentioned_ids) AND deleted_at IS NULL) ELSE 0 END
    FROM posts

  UNION ALL
  SELECT 'wrong mention of person ' || user_id || ' in post ' || post_id, 0, 1
    FROM post_mentions JOIN posts ON posts.id = post_id
    WHERE (published AND user_id = ANY (mentioned_ids) AND post_mentions.listed_at = posts.listed_at
      AND notifies = (user_id <> owner_id AND user_id IS DISTINCT FROM answered_id)) IS NOT TRUE

  -- What the notifications of a person are read by.
  UNION ALL
  SELECT 'owner of the post in the vote of person ' || user_id || ' for post ' || post_id, 0, 1
    FROM votes JOIN posts ON posts.id = post_id
    WHERE votes.owner_id IS DISTINCT FROM nullif(posts.owner_id, votes.user_id)

  UNION ALL
  SELECT 'person whom post ' || posts.id || ' answers', 0, 1
    FROM posts LEFT JOIN posts AS parent ON parent.id = posts.parent_id
    WHERE (parent.id IS NOT NULL OR posts.parent_id IS NULL)
      AND posts.answered_id IS DISTINCT FROM nullif(parent.owner_id, posts.owner_id)

  UNION ALL
  SELECT 'votes of post ' || post_id || ' in tag ' || tag, votes,
         (SELECT count(*) FROM votes WHERE votes.post_id = post_tags.post_id)
    FROM post_tags

  UNION ALL
  SELECT 'all people', (SELECT sum(people) FROM totals), (SELECT count(*) FROM users WHERE deleted_at IS NULL)

  UNION ALL
  SELECT 'all posts', (SELECT sum(posts) FROM totals), (SELECT count(*) FROM posts WHERE published)

  UNION ALL
  SELECT 'all replies', (SELECT sum(replies) FROM totals),
         (SELECT count(*) FROM posts WHERE published AND parent_id IS NOT NULL)
)
SELECT counter, kept, counted FROM counters WHERE kept <> counted
