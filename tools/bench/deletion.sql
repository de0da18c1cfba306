-- 121,000 people, 150,000 posts, and what takes long to delete: person 1 with 120,000 followers, 2 who follows 120,000, 3 with
-- 120,000 votes, 4 with 20,000 posts that have three votes each, 5 whom 20,000 posts mention; and one post each of 6 with
-- 120,000 votes, of 7 with 120,000 bookmarks, of 8 with 120,000 reports, of 9 with 120,000 replies, of 10 with 120,000
-- versions. Runs with triggers off; the counters are set at the end.
SET session_replication_role = replica;

INSERT INTO users (email, username, password_hash)
  SELECT 'person' || n || '@example.com', 'person_' || n, '-' FROM generate_series(1, 121000) AS n;

INSERT INTO follows (follower_id, followee_id)
  SELECT 1001 + n * 7919 % 120000, 1 FROM generate_series(1, 120000) AS n
  UNION ALL SELECT 2, 1001 + n * 7907 % 120000 FROM generate_series(1, 120000) AS n
  UNION ALL SELECT n, 1000 + n * 7919 % 120000 FROM generate_series(10, 1000) AS n;

INSERT INTO posts (owner_id, parent_id, content, tags, published_at, mentioned_ids)
  SELECT CASE WHEN n <= 20000 THEN 4 WHEN n <= 20005 THEN n - 19995 ELSE 1001 + n * 31 % 120000 END,
         CASE WHEN n <= 20000 AND n % 2 = 0 THEN 20006 + n * 17 % 120000 WHEN n > 30000 THEN 20004 END,
         'A post of some words about nothing, number ' || n, CASE WHEN n % 5 = 0 THEN ARRAY ['tag' || n % 300] ELSE '{}' END,
         now(), CASE WHEN n > 130000 THEN ARRAY [5::bigint] END
    FROM generate_series(1, 150000) AS n;

INSERT INTO votes (user_id, post_id, owner_id)
  SELECT voter, post, posts.owner_id FROM (
    SELECT 3 AS voter, 20006 + n * 7919 % 120000 AS post FROM generate_series(1, 120000) AS n
    UNION ALL SELECT 1001 + (n * 3 + j) % 120000, n FROM generate_series(1, 20000) AS n, generate_series(0, 2) AS j
    UNION ALL SELECT 1001 + n * 7919 % 120000, 20001 FROM generate_series(1, 120000) AS n
  ) AS given JOIN posts ON posts.id = post;

INSERT INTO bookmarks (user_id, post_id) SELECT 1001 + n * 7919 % 120000, 20002 FROM generate_series(1, 120000) AS n;
INSERT INTO reports (reporter_id, post_id, user_id, reason)
  SELECT 1001 + n * 7919 % 120000, 20003, 8, 'spam' FROM generate_series(1, 120000) AS n;
INSERT INTO post_versions (post_id, version, content, tags, created_at)
  SELECT 20005, n, 'An earlier version, number ' || n, '{}', now() FROM generate_series(1, 120000) AS n;

INSERT INTO post_tags (tag, post_id, listed_at, reply)
  SELECT tag, id, listed_at, reply FROM posts, unnest(tags) AS tag;
INSERT INTO tags SELECT tag, count(*), count(*) FILTER (WHERE reply) FROM post_tags GROUP BY tag;
INSERT INTO post_mentions (user_id, post_id, listed_at, notifies) SELECT 5, id, listed_at, true FROM posts WHERE mentioned_ids IS NOT NULL;
INSERT INTO post_ancestors SELECT parent_id, id, 1, 0 FROM posts WHERE parent_id IS NOT NULL;
INSERT INTO post_counts (post_id, owner_id, published, reply, day, tagged, votes, replies)
  SELECT id, owner_id, published, reply, day_of(listed_at), tags <> '{}', coalesce(voted.n, 0), coalesce(replied.n, 0) FROM posts
    LEFT JOIN (SELECT post_id, count(*) AS n FROM votes GROUP BY post_id) AS voted ON voted.post_id = posts.id
    LEFT JOIN (SELECT parent_id, count(*) AS n FROM posts GROUP BY parent_id) AS replied ON replied.parent_id = posts.id;
UPDATE post_tags SET votes = post_counts.votes FROM post_counts WHERE post_counts.post_id = post_tags.post_id;
UPDATE users SET posts = n, replies = answers
  FROM (SELECT owner_id, count(*) AS n, count(parent_id) AS answers FROM posts GROUP BY owner_id) AS counted WHERE owner_id = id;
UPDATE users SET followers = n FROM (SELECT followee_id, count(*) AS n FROM follows GROUP BY followee_id) AS counted WHERE followee_id = id;
UPDATE users SET following = n FROM (SELECT follower_id, count(*) AS n FROM follows GROUP BY follower_id) AS counted WHERE follower_id = id;
UPDATE totals SET people = counted.people
  FROM (SELECT shard_of(id) AS shard, count(*) AS people FROM users GROUP BY 1) AS counted WHERE counted.shard = totals.shard;
UPDATE totals SET posts = counted.posts, replies = counted.replies
  FROM (SELECT shard_of(owner_id) AS shard, count(*) AS posts, count(parent_id) AS replies FROM posts GROUP BY 1) AS counted
  WHERE counted.shard = totals.shard;
