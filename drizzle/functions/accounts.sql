-- What a person looks like on the wire is put together of parts: what everybody sees, what they and admins see, what they
-- alone see, and the `viewer` of it.

-- Two objects as one.
CREATE FUNCTION joined(head json, tail json) RETURNS json LANGUAGE sql IMMUTABLE AS $$
  SELECT (left(head::text, -1) || ', ' || substr(tail::text, 2))::json
$$;

-- What everybody sees.
CREATE FUNCTION public_part(person users) RETURNS json LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN json_build_object(
    'id', person.id, 'username', person.username, 'bio', person.bio, 'avatar_url', person.avatar_url,
    'created_at', iso_time(person.created_at),
    'posts', person.posts, 'followers', person.followers, 'following', person.following);
END $$;

-- The part of it that stands beside what somebody did; null where there is no such person.
CREATE FUNCTION person_part(person bigint) RETURNS json LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (
    SELECT json_build_object('id', users.id, 'username', users.username, 'avatar_url', users.avatar_url)
      FROM users WHERE users.id = person AND users.deleted_at IS NULL
  );
END $$;

-- The same, and what only the person and admins see.
CREATE FUNCTION whole_account(person users) RETURNS json LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN joined(
    public_part(person),
    json_build_object('email', person.email, 'email_verified', person.email_verified, 'role', person.role));
END $$;

-- The ETag of an account for its owner; the first number is the account's version.
CREATE FUNCTION account_etag(person users) RETURNS text LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN concat_ws('-', person.version, person.posts, person.followers, person.following);
END $$;

-- An account as its owner sees it.
CREATE FUNCTION me_json(person users, unread integer) RETURNS json LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN joined(
    whole_account(person),
    json_build_object('unread_notifications', unread,
      'viewer', '{"following": false, "followed_by": false, "blocking": false, "muting": false}'::json));
END $$;

-- An account with its ETag, for its owner; null when there is no such person.
CREATE FUNCTION me_with_etag(person bigint) RETURNS json LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (
    SELECT json_build_object('me', me_json(account, unread), 'etag', concat_ws('-', account_etag(account), unread))
      FROM users AS account CROSS JOIN LATERAL (SELECT unread_notifications(account) AS unread OFFSET 0) AS counted
      WHERE account.id = person
  );
END $$;

-- Registers a person. `mailed` says whether the code may be sent to the address. A taken email or username violates
-- users_email_key or users_username_key; so does a username that rests.
CREATE FUNCTION create_user(
  email text, username text, password_hash text, code json, rest_days integer,
  bio text DEFAULT NULL, avatar_url text DEFAULT NULL
) RETURNS json LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
  account users;
  mailed boolean;
BEGIN
  INSERT INTO users (email, username, password_hash, bio, avatar_url)
    VALUES (create_user.email, create_user.username, create_user.password_hash, create_user.bio, create_user.avatar_url)
    RETURNING * INTO account;
  PERFORM claim_username(account, rest_days);
  mailed := count_mail(account.email, 'verification', code) = 0;
  IF mailed THEN
    PERFORM store_code(account.id, 'email', account.email, code);
  END IF;
  RETURN json_build_object('me', me_json(account, 0), 'mailed', mailed);
END $$;

-- The caller's own account with its ETag. Null without a caller.
CREATE FUNCTION read_me(session uuid DEFAULT NULL, caller bigint DEFAULT NULL) RETURNS json
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT
SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  RETURN me_with_etag(reader(session, caller));
END $$;

-- Changes the keys of an account that `change` has, and answers the outcome. The person is locked. A username that is taken,
-- or rests, violates users_username_key.
CREATE FUNCTION change_account(me users, change json, code json, rest_days integer) RETURNS json LANGUAGE plpgsql AS $$
DECLARE
  fields CONSTANT jsonb := change::jsonb;
  new_email CONSTANT text := fields ->> 'email';
  wait_seconds integer;
  earlier CONSTANT users := me;
BEGIN
  IF new_email IS NOT NULL THEN
    IF EXISTS (SELECT FROM users WHERE fold(users.email) = fold(new_email) AND users.id <> me.id) THEN
      RETURN json_build_object('outcome', 'email_taken');
    END IF;
    wait_seconds := count_mail(new_email, 'change', code);
    IF wait_seconds > 0 THEN
      RETURN json_build_object('outcome', 'mails_exhausted', 'retry_after', wait_seconds);
    END IF;
    PERFORM store_code(me.id, 'email', new_email, code);
  END IF;

  IF fields ? 'username' THEN
    me.username := fields ->> 'username';
  END IF;
  IF fields ? 'bio' THEN
    me.bio := fields ->> 'bio';
  END IF;
  IF fields ? 'avatar_url' THEN
    me.avatar_url := fields ->> 'avatar_url';
  END IF;
  UPDATE users
    SET username = me.username, bio = me.bio, avatar_url = me.avatar_url, version = users.version + 1
    WHERE users.id = me.id
      AND (users.username, users.bio, users.avatar_url) IS DISTINCT FROM (me.username, me.bio, me.avatar_url);
  IF fold(me.username) <> fold(earlier.username) THEN
    PERFORM rest_username(earlier.username, me.id, rest_days);
    PERFORM claim_username(me, rest_days);
  END IF;
  RETURN json_build_object('outcome', 'changed', 'changed', me_with_etag(me.id));
END $$;

-- Changes the keys of the caller's account that `change` has, if the account has one of `versions` (null: any). A new email
-- takes effect when the code that is mailed to it is entered. An earlier username rests. `reset` is that of a password which
-- was right: it holds whatever comes of the change. Locks the caller, then counters of tries and mails, then a code.
CREATE FUNCTION update_me(
  change json, code json, rest_days integer, versions integer[] DEFAULT NULL, reset json DEFAULT NULL,
  session uuid DEFAULT NULL, caller bigint DEFAULT NULL
) RETURNS json LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
  broken text;
  me users;
BEGIN
  PERFORM lock_people(ARRAY [caller]);
  PERFORM writer(session, caller);
  IF reset IS NOT NULL THEN
    PERFORM reset_attempts(reset);
  END IF;
  SELECT * INTO me FROM users WHERE users.id = caller;
  -- Checked first: a change that is refused must neither send nor count a mail.
  IF me.version <> ALL (versions) THEN
    RETURN json_build_object('outcome', 'stale');
  END IF;
  BEGIN
    RETURN change_account(me, change, code, rest_days);
  EXCEPTION WHEN unique_violation THEN
    -- Nothing of the change is left, and the reset is.
    GET STACKED DIAGNOSTICS broken = CONSTRAINT_NAME;
    IF broken <> 'users_username_key' THEN
      RAISE;
    END IF;
    RETURN json_build_object('outcome', 'username_taken');
  END;
END $$;
