-- The deletion of an account. One with few rows is deleted by one transaction. A larger one is first closed: `deleted_at` is
-- set and all that says who it was is deleted, so that from then on it exists for nobody. Its rows follow in batches, each a
-- transaction that leaves every counter exact, until few are left; then it is deleted as a small one is. Whatever interrupts
-- the batches, the next call of delete_rest_of_account goes on. It also resolves what is left of many reports about a post or
-- a person that an admin has deleted.

-- Whether more rows belong to an account than one transaction should delete. It counts no further than that. A post brings
-- about ten times the work of a vote or a follow.
CREATE FUNCTION is_large_account(account bigint) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
DECLARE
  rows_max CONSTANT integer := 1000;
BEGIN
  RETURN rows_max < (SELECT users.followers + users.following FROM users WHERE users.id = account)
    + 10 * (SELECT count(*) FROM (SELECT FROM posts WHERE posts.owner_id = account LIMIT rows_max + 1) AS counted)
    + (SELECT count(*) FROM (SELECT FROM votes WHERE votes.owner_id = account LIMIT rows_max + 1) AS counted)
    + (SELECT count(*) FROM (SELECT FROM votes WHERE votes.user_id = account LIMIT rows_max + 1) AS counted)
    + (SELECT count(*) FROM (SELECT FROM post_mentions WHERE post_mentions.user_id = account LIMIT rows_max + 1) AS counted)
    + (SELECT count(*) FROM (SELECT FROM bookmarks WHERE bookmarks.user_id = account LIMIT rows_max + 1) AS counted)
    + (SELECT count(*) FROM (
        SELECT
          FROM (SELECT posts.id FROM posts WHERE posts.owner_id = account LIMIT rows_max / 10) AS own CROSS JOIN LATERAL (
            SELECT FROM bookmarks WHERE bookmarks.post_id = own.id OFFSET 0
          ) AS bookmark LIMIT rows_max + 1) AS counted)
    + (SELECT count(*) FROM (SELECT FROM blocks WHERE blocks.user_id = account LIMIT rows_max + 1) AS counted)
    + (SELECT count(*) FROM (SELECT FROM blocks WHERE blocks.other_id = account LIMIT rows_max + 1) AS counted)
    + (SELECT count(*) FROM (SELECT FROM mutes WHERE mutes.user_id = account LIMIT rows_max + 1) AS counted)
    + (SELECT count(*) FROM (SELECT FROM mutes WHERE mutes.other_id = account LIMIT rows_max + 1) AS counted)
    + (SELECT count(*) FROM (SELECT FROM reports WHERE reports.reporter_id = account LIMIT rows_max + 1) AS counted)
    + (SELECT count(*) FROM (SELECT FROM reports WHERE reports.resolved_by = account LIMIT rows_max + 1) AS counted)
    + (SELECT count(*) FROM (SELECT FROM sessions WHERE sessions.user_id = account LIMIT rows_max + 1) AS counted)
    + (SELECT count(*) FROM (SELECT FROM idempotency_keys WHERE idempotency_keys.user_id = account LIMIT rows_max + 1) AS counted);
END $$;

-- Locks the people whom the deletion of an account affects, in the order of their ids: the account, `others`, and, unless
-- the account is large, those whose counters of follows it changes. Answers whether it is large.
CREATE FUNCTION lock_account_for_deletion(account bigint, others bigint[]) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  is_large CONSTANT boolean := is_large_account(account);
  people bigint[] := others;
BEGIN
  -- Nobody can follow the account between the list of its followers and the locks on them: add_follow takes this one first.
  PERFORM pg_advisory_xact_lock(2, (account & 2147483647)::integer);
  IF NOT is_large THEN
    people := people || ARRAY (
      SELECT follows.followee_id FROM follows WHERE follows.follower_id = account
      UNION SELECT follows.follower_id FROM follows WHERE follows.followee_id = account);
  END IF;
  PERFORM FROM users WHERE users.id = ANY (people) AND users.id < account ORDER BY users.id FOR NO KEY UPDATE;
  PERFORM FROM users WHERE users.id = account FOR UPDATE;
  PERFORM FROM users WHERE users.id = ANY (people) AND users.id > account ORDER BY users.id FOR NO KEY UPDATE;
  RETURN is_large;
END $$;

-- Deletes an account that lock_account_for_deletion has locked, and all that belongs to it; its username rests. `deleted`, or
-- `closed` for a large one, whose rows delete_rest_of_account deletes.
CREATE FUNCTION delete_account(account bigint, is_large boolean, rest_days integer) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  PERFORM rest_username((SELECT users.username FROM users WHERE users.id = account), NULL, rest_days);
  IF is_large THEN
    PERFORM close_account(account);
    RETURN 'closed';
  END IF;
  PERFORM delete_small_account(account);
  RETURN 'deleted';
END $$;

-- The person is signed out and gone for everybody; email and username are free.
CREATE FUNCTION close_account(account bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM sessions WHERE sessions.user_id = account;
  DELETE FROM codes WHERE codes.user_id = account;
  UPDATE users
    SET deleted_at = now(), email = NULL, email_verified = false, username = NULL, password_hash = NULL, role = 'user',
        bio = NULL, avatar_url = NULL
    WHERE users.id = account;
END $$;

-- Deletes bookmarks of posts, at most `rows_max`, and answers how many. The caller has locked the posts; locks the bookmarks.
CREATE FUNCTION delete_bookmarks_of(ids bigint[], rows_max integer) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  deleted integer;
BEGIN
  DELETE FROM bookmarks WHERE bookmarks.ctid = ANY (ARRAY (
    SELECT near.ctid
      FROM (SELECT post.id FROM unnest(ids) AS post (id) ORDER BY post.id) AS post CROSS JOIN LATERAL (
        SELECT bookmarks.ctid FROM bookmarks
          WHERE bookmarks.post_id = post.id ORDER BY bookmarks.user_id LIMIT rows_max FOR UPDATE
      ) AS near
      LIMIT rows_max));
  GET DIAGNOSTICS deleted = ROW_COUNT;
  RETURN deleted;
END $$;

-- Deletes votes for posts, at most `rows_max`, and answers how many. The caller has locked the posts and their counters.
CREATE FUNCTION delete_votes_for(ids bigint[], rows_max integer) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  deleted integer;
BEGIN
  DELETE FROM votes WHERE votes.ctid = ANY (ARRAY (
    SELECT near.ctid
      FROM unnest(ids) AS post (id) CROSS JOIN LATERAL (
        SELECT votes.ctid FROM votes WHERE votes.post_id = post.id LIMIT rows_max
      ) AS near
      LIMIT rows_max));
  GET DIAGNOSTICS deleted = ROW_COUNT;
  RETURN deleted;
END $$;

-- Locks posts and their mentions.
CREATE FUNCTION lock_posts_and_mentions(ids bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM posts WHERE posts.id = ANY (ids) ORDER BY posts.id FOR UPDATE;
  PERFORM FROM post_mentions WHERE post_mentions.post_id = ANY (ids)
    ORDER BY post_mentions.post_id, post_mentions.user_id FOR UPDATE;
END $$;

-- The same, and what counts the posts and their votes, and their tags, as their deletion will need them.
CREATE FUNCTION lock_posts_for_deletion(ids bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM lock_posts_and_mentions(ids);
  PERFORM FROM post_counts
    WHERE post_counts.post_id = ANY (ids || ARRAY (SELECT posts.parent_id FROM posts WHERE posts.id = ANY (ids)))
    ORDER BY post_counts.post_id FOR NO KEY UPDATE;
  PERFORM FROM tags
    WHERE tags.tag IN (SELECT unnest(posts.tags) FROM posts WHERE posts.id = ANY (ids) AND posts.published)
    ORDER BY tags.tag FOR NO KEY UPDATE;
END $$;

-- The cascade would take its locks in another order, so blocks, mutes, posts, mentions, bookmarks, reports, counters
-- and tags are locked before it begins.
CREATE FUNCTION delete_small_account(account bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  -- Two people who block each other may be deleted at once.
  PERFORM FROM blocks WHERE blocks.user_id = account OR blocks.other_id = account
    ORDER BY blocks.user_id, blocks.other_id FOR UPDATE;
  PERFORM FROM mutes WHERE mutes.user_id = account OR mutes.other_id = account
    ORDER BY mutes.user_id, mutes.other_id FOR UPDATE;
  PERFORM FROM posts WHERE posts.owner_id = account ORDER BY posts.id FOR UPDATE;
  PERFORM FROM post_mentions
    WHERE (post_mentions.post_id, post_mentions.user_id) IN (
      SELECT theirs.post_id, theirs.user_id FROM post_mentions AS theirs WHERE theirs.user_id = account
      UNION SELECT own.post_id, own.user_id
        FROM posts JOIN post_mentions AS own ON own.post_id = posts.id
        WHERE posts.owner_id = account AND posts.mentioned_ids IS NOT NULL)
    ORDER BY post_mentions.post_id, post_mentions.user_id FOR UPDATE;
  PERFORM lock_bookmarks(account);
  PERFORM lock_reports(account);
  PERFORM FROM post_counts
    WHERE post_counts.post_id IN (
      SELECT posts.id FROM posts WHERE posts.owner_id = account
      UNION SELECT posts.parent_id FROM posts WHERE posts.owner_id = account
      UNION SELECT votes.post_id FROM votes WHERE votes.user_id = account)
    ORDER BY post_counts.post_id FOR NO KEY UPDATE;
  PERFORM FROM tags
    WHERE tags.tag IN (SELECT unnest(posts.tags) FROM posts WHERE posts.owner_id = account AND posts.published)
    ORDER BY tags.tag FOR NO KEY UPDATE;
  DELETE FROM users WHERE users.id = account;
END $$;

-- Deletes about `rows_max` rows of an account that is closed: of the first kind of which any are left. What others see
-- comes first. The rows are joined to `ids`, because Postgres would compare each row with each element of `= ANY (ids)`.
-- Locks the account and, for follows, those whose counters change; then posts, mentions and counters, before the votes that
-- they count.
CREATE FUNCTION delete_some_rows(account bigint, rows_max integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  posts_max CONSTANT integer := ceil(rows_max / 10.0);
  ids bigint[];
BEGIN
  -- Published top-level posts first, and the newest of them: as long as they are there, lists of the newest posts read them
  -- and leave them out.
  ids := ARRAY (
    SELECT near.id
      FROM (VALUES (1, true, false), (2, true, true), (3, false, false), (4, false, true)) AS kind (place, published, reply)
        CROSS JOIN LATERAL (
          SELECT posts.listed_at, posts.id FROM posts
            WHERE posts.owner_id = account AND posts.published = kind.published AND posts.reply = kind.reply
            ORDER BY posts.listed_at DESC, posts.id DESC LIMIT posts_max
        ) AS near
      ORDER BY kind.place, near.listed_at DESC, near.id DESC LIMIT posts_max);
  IF ids <> '{}' THEN
    PERFORM lock_people(ARRAY [account]);
    PERFORM lock_posts_and_mentions(ids);
    IF delete_bookmarks_of(ids, rows_max) < rows_max THEN
      PERFORM lock_posts_for_deletion(ids);
      IF delete_votes_for(ids, rows_max) < rows_max THEN
        DELETE FROM posts WHERE posts.id = ANY (ids);
      END IF;
    END IF;
    RETURN;
  END IF;

  ids := ARRAY (SELECT votes.post_id FROM votes WHERE votes.user_id = account LIMIT rows_max);
  IF ids <> '{}' THEN
    PERFORM FROM post_counts WHERE post_counts.post_id = ANY (ids) ORDER BY post_counts.post_id FOR NO KEY UPDATE;
    DELETE FROM votes USING unnest(ids) AS one (id) WHERE votes.user_id = account AND votes.post_id = one.id;
    RETURN;
  END IF;

  ids := ARRAY (SELECT follows.follower_id FROM follows WHERE follows.followee_id = account LIMIT rows_max);
  IF ids <> '{}' THEN
    PERFORM lock_people(account || ids);
    DELETE FROM follows USING unnest(ids) AS one (id) WHERE follows.followee_id = account AND follows.follower_id = one.id;
    RETURN;
  END IF;

  ids := ARRAY (SELECT follows.followee_id FROM follows WHERE follows.follower_id = account LIMIT rows_max);
  IF ids <> '{}' THEN
    PERFORM lock_people(account || ids);
    DELETE FROM follows USING unnest(ids) AS one (id) WHERE follows.follower_id = account AND follows.followee_id = one.id;
    RETURN;
  END IF;

  ids := ARRAY (SELECT post_mentions.post_id FROM post_mentions WHERE post_mentions.user_id = account LIMIT rows_max);
  IF ids <> '{}' THEN
    PERFORM FROM post_mentions WHERE post_mentions.post_id = ANY (ids) AND post_mentions.user_id = account
      ORDER BY post_mentions.post_id FOR UPDATE;
    DELETE FROM post_mentions USING unnest(ids) AS one (id)
      WHERE post_mentions.post_id = one.id AND post_mentions.user_id = account;
    RETURN;
  END IF;

  DELETE FROM bookmarks WHERE bookmarks.ctid = ANY (ARRAY (
    SELECT bookmarks.ctid FROM bookmarks WHERE bookmarks.user_id = account
      ORDER BY bookmarks.post_id LIMIT rows_max FOR UPDATE));
  IF FOUND THEN RETURN; END IF;
  DELETE FROM blocks WHERE blocks.ctid = ANY (ARRAY (
    SELECT blocks.ctid FROM blocks WHERE blocks.user_id = account
      ORDER BY blocks.other_id LIMIT rows_max FOR UPDATE));
  IF FOUND THEN RETURN; END IF;
  DELETE FROM blocks WHERE blocks.ctid = ANY (ARRAY (
    SELECT blocks.ctid FROM blocks WHERE blocks.other_id = account
      ORDER BY blocks.user_id LIMIT rows_max FOR UPDATE));
  IF FOUND THEN RETURN; END IF;
  DELETE FROM mutes WHERE mutes.ctid = ANY (ARRAY (
    SELECT mutes.ctid FROM mutes WHERE mutes.user_id = account
      ORDER BY mutes.other_id LIMIT rows_max FOR UPDATE));
  IF FOUND THEN RETURN; END IF;
  DELETE FROM mutes WHERE mutes.ctid = ANY (ARRAY (
    SELECT mutes.ctid FROM mutes WHERE mutes.other_id = account
      ORDER BY mutes.user_id LIMIT rows_max FOR UPDATE));
  IF FOUND THEN RETURN; END IF;
  DELETE FROM reports WHERE reports.id = ANY (ARRAY (
    SELECT reports.id FROM reports WHERE reports.reporter_id = account
      ORDER BY reports.id LIMIT rows_max FOR UPDATE));
  IF FOUND THEN RETURN; END IF;
  UPDATE reports SET resolved_by = NULL WHERE reports.id = ANY (ARRAY (
    SELECT reports.id FROM reports WHERE reports.resolved_by = account
      ORDER BY reports.id LIMIT rows_max FOR UPDATE));
  IF FOUND THEN RETURN; END IF;
  DELETE FROM idempotency_keys WHERE idempotency_keys.ctid = ANY (ARRAY (
    SELECT idempotency_keys.ctid FROM idempotency_keys WHERE idempotency_keys.user_id = account LIMIT rows_max));
END $$;

-- Deletes a batch of rows of the account that was closed first, or the account with its last rows; when no account is closed,
-- resolves a batch of reports. False when nothing is left to do.
CREATE FUNCTION delete_rest_of_account() RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
  account CONSTANT bigint := (
    SELECT users.id FROM users WHERE users.deleted_at IS NOT NULL ORDER BY users.deleted_at, users.id LIMIT 1);
BEGIN
  IF account IS NULL THEN
    RETURN resolve_rest_of_reports();
  END IF;
  IF is_large_account(account) THEN
    -- So few that nobody who writes waits long for their locks.
    PERFORM delete_some_rows(account, 500);
  ELSE
    PERFORM lock_account_for_deletion(account, NULL);
    PERFORM delete_small_account(account);
  END IF;
  RETURN true;
END $$;
