-- False for nobody.
CREATE FUNCTION is_admin(person bigint) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN person IS NOT NULL AND EXISTS (SELECT FROM users WHERE users.id = person AND users.role = 'admin');
END $$;

CREATE FUNCTION admin_ids() RETURNS bigint[] LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN ARRAY (SELECT users.id FROM users WHERE users.role = 'admin');
END $$;

-- Whether this person is the only admin, who must stay one. Before an admin is demoted or deleted, all admins must be
-- locked: then of two who are demoted at once, the second is found to be the last.
CREATE FUNCTION is_last_admin(person bigint) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN is_admin(person) AND NOT EXISTS (SELECT FROM users WHERE users.role = 'admin' AND users.id <> person);
END $$;

-- Locks the people whom the deletion of an account affects, in the order of their ids: the account, those whose counters
-- of follows it changes, and `others`.
CREATE FUNCTION lock_account_for_deletion(account bigint, others bigint[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  people CONSTANT bigint[] := others || ARRAY (
    SELECT follows.followee_id FROM follows WHERE follows.follower_id = account
    UNION SELECT follows.follower_id FROM follows WHERE follows.followee_id = account);
BEGIN
  PERFORM FROM users WHERE users.id = ANY (people) AND users.id < account ORDER BY users.id FOR NO KEY UPDATE;
  PERFORM FROM users WHERE users.id = account FOR UPDATE;
  PERFORM FROM users WHERE users.id = ANY (people) AND users.id > account ORDER BY users.id FOR NO KEY UPDATE;
END $$;

-- Deletes an account that lock_account_for_deletion has locked, and all that belongs to it; its username rests. The cascade
-- would take its locks in another order, so posts, mentions, counters and tags are locked before it begins.
CREATE FUNCTION delete_account(account bigint, rest_days integer) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM posts WHERE posts.owner_id = account ORDER BY posts.id FOR UPDATE;
  PERFORM FROM post_mentions
    WHERE (post_mentions.post_id, post_mentions.user_id) IN (
      SELECT theirs.post_id, theirs.user_id FROM post_mentions AS theirs WHERE theirs.user_id = account
      UNION SELECT own.post_id, own.user_id
        FROM posts JOIN post_mentions AS own ON own.post_id = posts.id
        WHERE posts.owner_id = account AND posts.mentioned_ids IS NOT NULL)
    ORDER BY post_mentions.post_id, post_mentions.user_id FOR UPDATE;
  PERFORM FROM post_counts
    WHERE post_counts.post_id IN (
      SELECT posts.id FROM posts WHERE posts.owner_id = account
      UNION SELECT posts.parent_id FROM posts WHERE posts.owner_id = account
      UNION SELECT votes.post_id FROM votes WHERE votes.user_id = account)
    ORDER BY post_counts.post_id FOR NO KEY UPDATE;
  PERFORM FROM tags
    WHERE tags.tag IN (SELECT unnest(posts.tags) FROM posts WHERE posts.owner_id = account AND posts.published)
    ORDER BY tags.tag FOR NO KEY UPDATE;
  PERFORM rest_username((SELECT users.username FROM users WHERE users.id = account), NULL, rest_days);
  DELETE FROM users WHERE users.id = account;
END $$;

-- Makes a person an admin or a user, and answers the account, or why it was refused (`user_not_found`, `admin_only`,
-- `last_admin`). For admins. Locks the person and all admins, if the caller is one.
CREATE FUNCTION set_role(person text, role text, session uuid DEFAULT NULL, caller bigint DEFAULT NULL) RETURNS json
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
  target CONSTANT bigint := person_id(person);
  as_admin CONSTANT boolean := is_admin(caller);
BEGIN
  IF as_admin THEN
    PERFORM lock_people(ARRAY [target, caller] || admin_ids());
  END IF;
  PERFORM writer(session, caller);
  IF NOT EXISTS (SELECT FROM users WHERE users.id = target) THEN
    RETURN to_json('user_not_found'::text);
  END IF;
  IF NOT (as_admin AND is_admin(caller)) THEN
    RETURN to_json('admin_only'::text);
  END IF;
  IF set_role.role <> 'admin' AND is_last_admin(target) THEN
    RETURN to_json('last_admin'::text);
  END IF;
  UPDATE users SET role = set_role.role, version = users.version + 1
    WHERE users.id = target AND users.role <> set_role.role;
  RETURN (SELECT seen.item FROM user_view(target, caller, true) AS seen);
END $$;

-- Deletes an account, and answers `deleted`, or why it was refused (`user_not_found`, `admin_only`, `use_own_account`). For
-- admins; their own account is deleted by delete_me alone, which asks for the password. Locks the people whom the deletion
-- affects and all admins, if the caller is one; then what delete_account locks.
CREATE FUNCTION delete_user(person text, rest_days integer, session uuid DEFAULT NULL, caller bigint DEFAULT NULL) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
  target CONSTANT bigint := person_id(person);
  as_admin CONSTANT boolean := is_admin(caller);
BEGIN
  IF as_admin THEN
    PERFORM lock_account_for_deletion(target, caller || admin_ids());
  END IF;
  PERFORM writer(session, caller);
  IF NOT EXISTS (SELECT FROM users WHERE users.id = target) THEN
    RETURN 'user_not_found';
  END IF;
  IF NOT (as_admin AND is_admin(caller)) THEN
    RETURN 'admin_only';
  END IF;
  IF target = caller THEN
    RETURN 'use_own_account';
  END IF;
  PERFORM delete_account(target, rest_days);
  RETURN 'deleted';
END $$;

-- Deletes the caller's account if it still has the password that was checked, and answers `deleted`, or why it was refused
-- (`last_admin`, `wrong_password`). Locks the people whom the deletion affects and, for an admin, all admins; then what
-- delete_account locks.
CREATE FUNCTION delete_me(
  password_hash text, rest_days integer, reset json, session uuid DEFAULT NULL, caller bigint DEFAULT NULL
) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
#variable_conflict use_column
BEGIN
  PERFORM lock_account_for_deletion(caller, CASE WHEN is_admin(caller) THEN admin_ids() END);
  PERFORM writer(session, caller);
  IF NOT EXISTS (SELECT FROM users WHERE users.id = caller AND users.password_hash = delete_me.password_hash) THEN
    RETURN 'wrong_password';
  END IF;
  PERFORM reset_attempts(reset);
  IF is_last_admin(caller) THEN
    RETURN 'last_admin';
  END IF;
  PERFORM delete_account(caller, rest_days);
  RETURN 'deleted';
END $$;
