-- :posts posts by a tenth as many people, ten votes a post, and one post that everybody voted for; a fifth are replies.
-- However many, they were written in the course of one year, so that a person's days are alike in a small and a large world.
-- Runs with triggers off; the counters are set at the end.
SET session_replication_role = replica;
SET maintenance_work_mem = '512MB';
SET work_mem = '128MB';
SELECT setseed(0.5);

INSERT INTO users (email, username, password_hash)
  SELECT 'person' || n || '@example.com', 'person_' || n, '-' FROM generate_series(1, :posts / 10) AS n;

INSERT INTO posts (owner_id, parent_id, answered_id, title, content, tags, created_at, published_at)
  SELECT owner, parent, nullif(1 + parent * 7919 % (:posts / 10), owner), 'Note ' || n,
      'Seen on the way to work, number ' || n || ': ' || md5(n::text) || ' ' || md5((n * 7)::text),
      CASE WHEN n % 10 = 1 THEN ARRAY['tag' || n / 10 % 50] ELSE '{}' END,
      at, at
    FROM generate_series(1, :posts) AS n,
      LATERAL (SELECT '2026-11-01Z'::timestamptz - (:posts - n) * (interval '31000000 seconds' / :posts) AS at) AS written,
      LATERAL (
        SELECT 1 + n::bigint * 7919 % (:posts / 10) AS owner, CASE WHEN n % 5 = 0 THEN 1 + n::bigint * 31 % (n - 1) END AS parent
      ) AS line;

INSERT INTO votes (user_id, post_id, owner_id, created_at)
  SELECT voter, id, nullif(owner_id, voter), created_at + j * interval '1 second'
    FROM posts, generate_series(1, 10) AS j, LATERAL (SELECT 1 + (id * 104729 + j * 7919::bigint) % (:posts / 10) AS voter) AS one
    WHERE id <> 1
  UNION ALL SELECT users.id, 1, nullif(posts.owner_id, users.id), now() FROM users, posts WHERE posts.id = 1;

-- Twenty bookmarks for each of the thousand who are signed in.
INSERT INTO bookmarks (user_id, post_id, created_at)
  SELECT person, 1 + (person * 31 + j * 17) % :posts AS post, min('2026-11-01Z'::timestamptz + j * interval '1 minute')
    FROM generate_series(1, least(1000, :posts / 10)) AS person, generate_series(1, 20) AS j
    GROUP BY person, post;

-- The first thousand follow fifty each, are followed by fifty in the course of the year, and are signed in.
INSERT INTO follows (follower_id, followee_id, created_at)
  SELECT follower, followee, min('2026-11-01Z'::timestamptz - j * interval '7 days')
    FROM generate_series(1, least(1000, :posts / 10)) AS person, generate_series(1, 50) AS j,
      LATERAL (SELECT 1 + (person * 31 + j * 9973) % (:posts / 10) AS other) AS one,
      LATERAL (VALUES (person, other), (other, person)) AS pair (follower, followee)
    WHERE follower <> followee
    GROUP BY follower, followee;
INSERT INTO sessions (id, user_id, token_digest, expires_at)
  SELECT ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, n, '\x00', now() + interval '1 day'
    FROM generate_series(1, least(1000, :posts / 10)) AS n;

INSERT INTO post_tags (tag, post_id, listed_at, reply) SELECT unnest(tags), id, listed_at, reply FROM posts;
INSERT INTO tags SELECT tag, count(*), count(*) FILTER (WHERE reply) FROM post_tags GROUP BY tag;
INSERT INTO post_ancestors SELECT parent_id, id, 1, 0 FROM posts WHERE parent_id IS NOT NULL;
INSERT INTO post_counts (post_id, owner_id, published, reply, day, tagged, votes, replies)
  SELECT id, owner_id, published, reply, day_of(listed_at), published AND tags <> '{}', voted.n, coalesce(replied.n, 0) FROM posts
    JOIN (SELECT post_id, count(*) AS n FROM votes GROUP BY post_id) AS voted ON voted.post_id = posts.id
    LEFT JOIN (SELECT parent_id, count(*) AS n FROM posts GROUP BY parent_id) AS replied ON replied.parent_id = posts.id;
UPDATE post_tags SET votes = post_counts.votes FROM post_counts WHERE post_counts.post_id = post_tags.post_id;
UPDATE users SET posts = n, replies = answers
  FROM (SELECT owner_id, count(*) AS n, count(parent_id) AS answers FROM posts GROUP BY owner_id) AS counted WHERE owner_id = id;
UPDATE users SET followers = n FROM (SELECT followee_id, count(*) AS n FROM follows GROUP BY followee_id) AS counted WHERE followee_id = id;
UPDATE users SET following = n FROM (SELECT follower_id, count(*) AS n FROM follows GROUP BY follower_id) AS counted WHERE follower_id = id;
UPDATE totals SET posts = n, replies = answers
  FROM (SELECT shard_of(owner_id) AS own, count(*) AS n, count(parent_id) AS answers FROM posts GROUP BY 1) AS counted WHERE own = shard;
UPDATE totals SET people = n FROM (SELECT shard_of(id) AS own, count(*) AS n FROM users GROUP BY 1) AS counted WHERE own = shard;
