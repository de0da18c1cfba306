-- The functions of the command line. Only the owner of the database may call them.

-- A person as the command line shows them.
CREATE FUNCTION admin_user_json(person users) RETURNS json LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN json_build_object(
    'id', person.id, 'username', person.username, 'email', person.email, 'role', person.role,
    'posts', person.posts, 'followers', person.followers, 'since', to_char(person.created_at, 'YYYY-MM-DD'));
END $$;

-- The id of a person who is named by an id, a username or an email; null when there is nobody.
CREATE FUNCTION admin_user_id(person text) RETURNS bigint LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF person ~ '^[0-9]{1,18}$' THEN
    RETURN (SELECT users.id FROM users WHERE users.id = person::bigint AND users.deleted_at IS NULL);
  END IF;
  RETURN (SELECT users.id FROM users WHERE fold(users.username) = fold(person) OR fold(users.email) = fold(person));
END $$;

-- The newest people, at most `row_limit`, whose username or email has `search` in it and who have `role`.
CREATE FUNCTION admin_list_users(row_limit integer, search text DEFAULT NULL, role text DEFAULT NULL) RETURNS json
LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
#variable_conflict use_column
BEGIN
  RETURN (
    SELECT coalesce(json_agg(listed.item ORDER BY listed.created_at DESC, listed.id DESC), '[]') FROM (
      SELECT admin_user_json(users) AS item, users.created_at, users.id FROM users
        WHERE users.deleted_at IS NULL AND (search IS NULL
            OR strpos(fold(users.username), fold(search)) > 0 OR strpos(fold(users.email), fold(search)) > 0)
          AND (admin_list_users.role IS NULL OR users.role = admin_list_users.role)
        ORDER BY users.created_at DESC, users.id DESC LIMIT row_limit
    ) AS listed
  );
END $$;

-- Adds a person. A taken email or username violates users_email_key or users_username_key; so does a username that rests.
CREATE FUNCTION admin_create_user(
  email text, username text, password_hash text, role text, email_verified boolean, rest_days integer, bio text DEFAULT NULL
) RETURNS json LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
  account users;
BEGIN
  INSERT INTO users (email, username, password_hash, role, email_verified, bio)
    VALUES (
      admin_create_user.email, admin_create_user.username, admin_create_user.password_hash, admin_create_user.role,
      admin_create_user.email_verified, admin_create_user.bio)
    RETURNING * INTO account;
  PERFORM claim_username(account, rest_days);
  RETURN admin_user_json(account);
END $$;

-- What the command line shows of a person before it asks whether to delete them; null when there is nobody.
CREATE FUNCTION admin_find_user(person text) RETURNS json LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
BEGIN
  RETURN (
    SELECT json_build_object(
        'id', users.id, 'username', users.username, 'posts', users.posts, 'is_last_admin', is_last_admin(users.id))
      FROM users WHERE users.id = admin_user_id(person)
  );
END $$;

-- Deletes an account, and answers as delete_account does, or why it was refused (`user_not_found`, `last_admin`). `force`
-- deletes the last admin too. Locks the people whom the deletion affects and all admins, then what delete_account locks.
CREATE FUNCTION admin_delete_user(id bigint, force boolean, rest_days integer, reason text DEFAULT NULL) RETURNS text
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
  target CONSTANT bigint := admin_delete_user.id;
  is_large CONSTANT boolean := lock_account_for_deletion(target, admin_ids());
BEGIN
  IF NOT is_person(target) THEN
    RETURN 'user_not_found';
  END IF;
  IF is_last_admin(target) AND NOT force THEN
    RETURN 'last_admin';
  END IF;
  RETURN moderate_account(target, is_large, rest_days, NULL, admin_delete_user.reason);
END $$;

-- Makes a person an admin or a user; `force` demotes the last admin too. Null when there is nobody; `user` is null when the
-- last admin was not demoted, and `changed` is false for a person who had the role already. Locks the person and all admins.
CREATE FUNCTION admin_set_role(person text, role text, force boolean) RETURNS json
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
  target CONSTANT bigint := admin_user_id(person);
  account users;
  changed boolean;
BEGIN
  PERFORM lock_people(target || admin_ids());
  SELECT * INTO account FROM users WHERE users.id = target AND users.deleted_at IS NULL;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  IF admin_set_role.role <> 'admin' AND NOT force AND is_last_admin(target) THEN
    RETURN json_build_object('username', account.username, 'user', NULL, 'changed', false);
  END IF;
  UPDATE users SET role = admin_set_role.role, version = users.version + 1
    WHERE users.id = target AND users.role <> admin_set_role.role;
  changed := FOUND;
  IF changed THEN
    PERFORM audit_role(admin_set_role.role, NULL, target);
  END IF;
  SELECT * INTO account FROM users WHERE users.id = target;
  RETURN json_build_object('username', account.username, 'user', admin_user_json(account), 'changed', changed);
END $$;

-- Ends all sessions of a person, or the one with this id, and answers how many; null when there is nobody. Locks the person,
-- then the sessions.
CREATE FUNCTION admin_revoke_sessions(person text, id uuid DEFAULT NULL) RETURNS integer
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
  target CONSTANT bigint := admin_user_id(person);
  ended integer;
BEGIN
  PERFORM FROM users WHERE users.id = target AND users.deleted_at IS NULL FOR UPDATE;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  DELETE FROM sessions
    WHERE sessions.user_id = target
      AND (admin_revoke_sessions.id IS NULL OR sessions.id = admin_revoke_sessions.id);
  GET DIAGNOSTICS ended = ROW_COUNT;
  RETURN ended;
END $$;

-- What the command line shows of a post before it asks whether to delete it; null when there is none.
CREATE FUNCTION admin_find_post(id bigint) RETURNS json LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
#variable_conflict use_column
BEGIN
  RETURN (
    SELECT json_build_object(
        'username', users.username,
        'excerpt', left(regexp_replace(coalesce(posts.title, posts.content), '\s+', ' ', 'g'), 60))
      FROM posts JOIN users ON users.id = posts.owner_id
      WHERE posts.id = admin_find_post.id AND users.deleted_at IS NULL
  );
END $$;

-- Deletes a post; false when there is none. Locks its author, the post, its mentions, its reports, its counters and those of
-- its parent, and its tags.
CREATE FUNCTION admin_delete_post(id bigint, reason text DEFAULT NULL) RETURNS boolean LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
  post posts;
BEGIN
  PERFORM lock_people(ARRAY (SELECT posts.owner_id FROM posts WHERE posts.id = admin_delete_post.id));
  SELECT * INTO post FROM posts WHERE posts.id = admin_delete_post.id FOR UPDATE;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  PERFORM moderate_post(post, NULL, admin_delete_post.reason);
  RETURN true;
END $$;

-- A report as the command line shows it.
CREATE FUNCTION admin_report_json(report reports) RETURNS json LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN json_build_object(
    'id', report.id, 'status', CASE WHEN report.open THEN 'open' ELSE 'resolved' END, 'reason', report.reason,
    'post', report.post_id, 'user_id', report.user_id,
    'user', (SELECT users.username FROM users WHERE users.id = report.user_id),
    'reporter', (SELECT users.username FROM users WHERE users.id = report.reporter_id),
    'comment', report.comment, 'note', report.note, 'since', to_char(report.created_at, 'YYYY-MM-DD'));
END $$;

-- The newest reports, at most `row_limit`, the open ones first, of those that are `open` or not (null: all).
CREATE FUNCTION admin_list_reports(row_limit integer, open boolean DEFAULT NULL) RETURNS json
LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
#variable_conflict use_column
BEGIN
  RETURN (
    SELECT coalesce(json_agg(listed.item ORDER BY listed.open DESC, listed.created_at DESC, listed.id DESC), '[]') FROM (
      SELECT admin_report_json(reports) AS item, reports.open, reports.created_at, reports.id FROM reports
        WHERE admin_list_reports.open IS NULL OR reports.open = admin_list_reports.open
        ORDER BY reports.open DESC, reports.created_at DESC, reports.id DESC LIMIT row_limit
    ) AS listed
  );
END $$;

-- Resolves a report, and answers `{ report, changed }`; null when there is none. `changed` is false for one that was resolved
-- already, whose note is changed if one is given. Locks the report.
CREATE FUNCTION admin_resolve_report(id bigint, note text DEFAULT NULL) RETURNS json
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
  report reports;
  changed boolean;
BEGIN
  SELECT * INTO report FROM reports WHERE reports.id = admin_resolve_report.id FOR UPDATE;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  changed := report.open;
  report := set_report(report, false, admin_resolve_report.note IS NOT NULL, admin_resolve_report.note, NULL);
  RETURN json_build_object('report', admin_report_json(report), 'changed', changed);
END $$;
