-- 1,000,000 posts, 100,000 people, 5,000,000 votes: a few rows of everything that is rare, and one of everything that
-- is crowded (a person whom half the world follows, a post with 50,000 votes, a thread of 5,000, a word that was on
-- everybody's lips for a month). Runs with triggers off and without indexes; the counters are set at the end.
SET session_replication_role = replica;
SET maintenance_work_mem = '512MB';
SET work_mem = '128MB';
SELECT setseed(0.5);

INSERT INTO users (email, username, password_hash, created_at)
  SELECT 'person' || n || '@example.com', (ARRAY['ada','bob','eve','kim','liu','mia','noa','zoe'])[1 + n % 8] || '_' || n,
         '-', '2024-01-01Z'::timestamptz + n * interval '10 minutes'
    FROM generate_series(1, 100000) AS n;

-- One of 3,000 words; the smaller the number, the shorter.
CREATE FUNCTION pg_temp.word(n integer) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT (ARRAY['ka','lo','mi','ren','tu','sha','vel','or','in','est','da','pu','gno','ix','eth','ra'])[1 + n % 16]
    || CASE WHEN n >= 16 THEN (ARRAY['a','len','mo','ri','tus','va','on','ki','se','dor','um','pa','nel','is','ot','wy'])[1 + n / 16 % 16] ELSE '' END
    || CASE WHEN n >= 256 THEN (ARRAY['n','st','ble','ra','th','go','ma','ly','ver','que','to','ch'])[1 + n / 256 % 12] ELSE '' END
$$;

INSERT INTO posts (id, owner_id, parent_id, title, content, tags, published, created_at, published_at)
  OVERRIDING SYSTEM VALUE
  SELECT
    n,
    1 + floor(100000 * random() ^ 3)::bigint,
    CASE WHEN n BETWEEN 600001 AND 605000 THEN 600000 WHEN n % 10 < 3 AND n > 1000 THEN n - 1 - n * 7 % 1000 END,
    CASE WHEN n % 3 = 0 AND (n % 10 >= 3 OR n % 10000 = 702) THEN initcap(pg_temp.word((3000 * random() ^ 2)::integer) || ' ' || pg_temp.word(n % 2999)) END,
    concat_ws(' ', said,
      CASE WHEN n % 200000 = 7 THEN 'zyzzyva' END,
      CASE WHEN n % 50000 = 11 THEN '代数图案' END,
      CASE WHEN n % 20000 = 13 THEN '🦄🧵' END,
      CASE WHEN n BETWEEN 200000 AND 280000 AND n % 2 = 0 THEN 'eclipse' END,
      CASE WHEN n % 1000 = 17 THEN 'sometimes' END),
    CASE WHEN n % 70 = 5 THEN ARRAY['own' || n] WHEN n % 7 = 1 THEN ARRAY['tag' || floor(300 * random() ^ 3)::integer, 'topic' || n / 10 % 50] ELSE '{}' END,
    n % 33 <> 0,
    '2025-11-20Z'::timestamptz + n * interval '31 seconds',
    CASE WHEN n % 33 <> 0 THEN '2025-11-20Z'::timestamptz + n * interval '31 seconds' END
  FROM (SELECT n FROM generate_series(1, 1000000) AS n ORDER BY n % 997, n) AS shuffled,
    LATERAL (SELECT string_agg(pg_temp.word((3000 * random() ^ 3)::integer + 0 * place), ' ') AS said FROM generate_series(1, 10 + n % 5) AS place) AS text;
SELECT setval(pg_get_serial_sequence('posts', 'id'), 1000000);

UPDATE posts SET answered_id = nullif(parent.owner_id, posts.owner_id) FROM posts AS parent WHERE parent.id = posts.parent_id;

-- Person 4 writes a post for which a million people vote on one day; only some of them have rows of their own.
INSERT INTO posts (id, owner_id, content, created_at, published_at)
  OVERRIDING SYSTEM VALUE VALUES (1000001, 4, 'viral', '2026-11-13Z', '2026-11-13Z');
SELECT setval(pg_get_serial_sequence('posts', 'id'), 1000001);

INSERT INTO votes (user_id, post_id, owner_id, created_at)
  SELECT voter, posts.id, nullif(owner_id, voter), posts.created_at + j * interval '1 second'
    FROM posts, generate_series(1, CASE WHEN id = 500000 THEN 50000 ELSE floor(random() ^ 4 * 25)::integer END) AS j,
      LATERAL (SELECT 1 + (posts.id * 7919 + j::bigint * 104729) % 100000 AS voter) AS one
    WHERE published AND id <= 1000000;
INSERT INTO votes (user_id, post_id, owner_id, created_at)
  SELECT n, 1000001, 4, '2026-11-13 01:00Z'::timestamptz + n * interval '50 milliseconds'
    FROM generate_series(5, 1000004) AS n;

-- Person 3 is mentioned 1,000 times, and so is the one who writes most.
UPDATE posts SET mentioned_ids = ARRAY [3, 1] WHERE published AND id % 1000 = 500;
INSERT INTO post_mentions (user_id, post_id, listed_at, notifies)
  SELECT person, id, listed_at, person <> owner_id AND person IS DISTINCT FROM answered_id
    FROM posts, unnest(mentioned_ids) AS person WHERE published;

INSERT INTO bookmarks (user_id, post_id, created_at)
  SELECT 3, n * 97, '2026-11-14Z'::timestamptz + n * interval '1 minute' FROM generate_series(1, 10000) AS n;

INSERT INTO follows (follower_id, followee_id, created_at)
  SELECT follower, followee, '2025-06-01Z'::timestamptz + follower * interval '1 second' FROM (
    SELECT follower, 1 + (follower * 31 + j * 9973) % 100000 AS followee FROM generate_series(10, 100000) AS follower, generate_series(1, 10) AS j
    UNION SELECT follower, 1 FROM generate_series(2, 50000) AS follower
    UNION SELECT 2, followee FROM generate_series(3, 1002) AS followee
    UNION SELECT 4, followee FROM generate_series(1003, 2002) AS followee
  ) AS pairs WHERE follower <> followee;

-- Half of the people block somebody, and half mute somebody, but none of the first four.
INSERT INTO blocks (user_id, other_id, created_at)
  SELECT n, 5 + n * 31 % 99990, '2026-01-01Z'::timestamptz + n * interval '1 minute' FROM generate_series(1000, 100000, 2) AS n
    WHERE n <> 5 + n * 31 % 99990;
INSERT INTO mutes (user_id, other_id, created_at)
  SELECT n, 5 + n * 37 % 99990, '2026-01-01Z'::timestamptz + n * interval '1 minute' FROM generate_series(1001, 100000, 2) AS n
    WHERE n <> 5 + n * 37 % 99990;
-- Person 4 does not see a thousand people, among them most of those who write most.
INSERT INTO blocks (user_id, other_id, created_at)
  SELECT 4, n, '2026-01-01Z'::timestamptz + n * interval '1 minute' FROM generate_series(5, 504) AS n
  UNION ALL SELECT n, 4, '2026-01-01Z'::timestamptz + n * interval '1 minute' FROM generate_series(505, 804) AS n;
INSERT INTO mutes (user_id, other_id, created_at)
  SELECT 4, n, '2026-01-01Z'::timestamptz + n * interval '1 minute' FROM generate_series(1003, 1202) AS n;

INSERT INTO post_versions (post_id, version, content, tags, created_at)
  SELECT 500000, n, 'before', '{}', '2026-01-01Z'::timestamptz + n * interval '1 minute' FROM generate_series(1, 500) AS n;
INSERT INTO post_versions (post_id, version, content, tags, created_at)
  SELECT id, 1, content, '{}', created_at FROM posts WHERE published AND id % 20 = 3;

INSERT INTO post_tags (tag, post_id, listed_at, reply)
  SELECT DISTINCT unnest(tags), id, listed_at, reply FROM posts WHERE published;
INSERT INTO tags SELECT tag, count(*), count(*) FILTER (WHERE reply) FROM post_tags GROUP BY tag;

INSERT INTO post_ancestors
  WITH RECURSIVE line AS (
    SELECT parent_id AS ancestor_id, id AS post_id, 1 AS distance FROM posts WHERE parent_id IS NOT NULL
    UNION ALL
    SELECT posts.parent_id, line.post_id, line.distance + 1 FROM line JOIN posts ON posts.id = line.ancestor_id
      WHERE posts.parent_id IS NOT NULL AND line.distance < 100
  ) SELECT line.*, drafter(posts.published, posts.owner_id) FROM line JOIN posts ON posts.id = line.post_id;

INSERT INTO post_counts (post_id, owner_id, published, reply, day, tagged, votes, replies)
  SELECT id, owner_id, published, reply, day_of(listed_at), published AND tags <> '{}', coalesce(voted.n, 0), coalesce(replied.n, 0) FROM posts
    LEFT JOIN (SELECT post_id, count(*) AS n FROM votes GROUP BY post_id) AS voted ON voted.post_id = posts.id
    LEFT JOIN (SELECT parent_id, count(*) AS n FROM posts WHERE published GROUP BY parent_id) AS replied ON replied.parent_id = posts.id;

UPDATE post_tags SET votes = post_counts.votes FROM post_counts WHERE post_counts.post_id = post_tags.post_id;
UPDATE users SET posts = n, replies = answers FROM (SELECT owner_id, count(*) AS n, count(parent_id) AS answers FROM posts WHERE published GROUP BY owner_id) AS counted WHERE owner_id = id;
UPDATE users SET followers = n FROM (SELECT followee_id, count(*) AS n FROM follows GROUP BY followee_id) AS counted WHERE followee_id = id;
UPDATE users SET following = n FROM (SELECT follower_id, count(*) AS n FROM follows GROUP BY follower_id) AS counted WHERE follower_id = id;

UPDATE totals SET posts = n, replies = answers
  FROM (SELECT shard_of(owner_id) AS own, count(*) AS n, count(parent_id) AS answers FROM posts WHERE published GROUP BY 1) AS counted
  WHERE own = shard;
UPDATE totals SET people = n FROM (SELECT shard_of(id) AS own, count(*) AS n FROM users GROUP BY 1) AS counted WHERE own = shard;

INSERT INTO sessions (id, user_id, token_digest, expires_at)
  SELECT ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, n, '\x00', now() + interval '1 day' FROM generate_series(1, 4) AS n;
INSERT INTO sessions (id, user_id, token_digest, created_at, expires_at)
  SELECT gen_random_uuid(), CASE WHEN n > 100000 THEN 3 ELSE n END, '\x00', now() - n * interval '1 second', now() + interval '1 day'
    FROM generate_series(1, 100500) AS n;

INSERT INTO resting_usernames (digest, former_owner, expires_at)
  SELECT sha256(n::text::bytea), n, now() + interval '1 day' FROM generate_series(1, 100000) AS n;
INSERT INTO idempotency_keys (user_id, key, digest, post_id)
  SELECT owner_id, id::text, '\x00', id FROM posts WHERE id > 980000;
INSERT INTO codes (user_id, purpose, email, salt, digest, expires_at)
  SELECT id, 'password', email, '\x00', '\x00', now() FROM users WHERE id % 10 = 1;

-- Every tenth report is open. Person 1 is the admin of all.
UPDATE users SET role = 'admin' WHERE id = 1;
INSERT INTO reports (reporter_id, post_id, user_id, reason, comment, created_at, open, resolved_at, resolved_by)
  SELECT 1 + n % 100000, CASE WHEN n % 3 > 0 THEN n END, 1 + (n * 7 + 11) % 100000, 'spam', 'Look at this.',
    '2026-01-01Z'::timestamptz + n * interval '2 minutes', n % 10 = 0,
    CASE WHEN n % 10 > 0 THEN '2026-11-01Z'::timestamptz END, CASE WHEN n % 10 > 0 THEN 1 END
  FROM generate_series(1, 200000) AS n WHERE 1 + n % 100000 <> 1 + (n * 7 + 11) % 100000;
INSERT INTO audit_entries (action, admin_id, user_id, report_id, created_at)
  SELECT 'report_resolved', 1, 1 + n % 100000, n, '2026-01-01Z'::timestamptz + n * interval '2 minutes'
    FROM generate_series(1, 200000) AS n;
