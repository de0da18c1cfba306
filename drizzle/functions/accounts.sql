-- A person as they see themselves, and as admins see them; `viewer` is how the reader and the person stand.
CREATE FUNCTION me_json(person users, viewer json) RETURNS json LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN json_build_object(
    'id', person.id, 'username', person.username, 'bio', person.bio, 'avatar_url', person.avatar_url,
    'created_at', iso_time(person.created_at),
    'posts', person.posts, 'followers', person.followers, 'following', person.following,
    'email', person.email, 'email_verified', person.email_verified, 'role', person.role,
    'viewer', viewer);
END $$;

-- The tag of the own account, in the eyes of its owner; the first number is its version.
CREATE FUNCTION own_tag(person users) RETURNS text LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN concat_ws('-', person.version, person.posts, person.followers, person.following);
END $$;

-- How a person stands to themselves.
CREATE FUNCTION oneself() RETURNS json LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN json_build_object('following', false, 'followed_by', false);
END $$;

-- The own account with its tag; null when there is nobody of this id.
CREATE FUNCTION tagged_me(person bigint) RETURNS json LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (
    SELECT json_build_object('me', me_json(users, oneself()), 'etag', own_tag(users)) FROM users WHERE users.id = person
  );
END $$;

-- Registers a person. `mailed` says whether the code may be sent to the address. A taken email or username violates
-- users_email_key or users_username_key.
CREATE FUNCTION create_user(
  email text, username text, password_hash text, code json, bio text DEFAULT NULL, avatar_url text DEFAULT NULL
) RETURNS json LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
  made users;
  mailed boolean;
BEGIN
  INSERT INTO users (email, username, password_hash, bio, avatar_url)
    VALUES (create_user.email, create_user.username, create_user.password_hash, create_user.bio, create_user.avatar_url)
    RETURNING * INTO made;
  mailed := count_mail(made.email, 'verification', code);
  IF mailed THEN
    PERFORM store_code(made.id, 'email', made.email, code);
  END IF;
  RETURN json_build_object('me', me_json(made, oneself()), 'mailed', mailed);
END $$;

-- The caller's own account with its tag.
CREATE FUNCTION read_me(session uuid DEFAULT NULL, caller bigint DEFAULT NULL) RETURNS json
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
  RETURN tagged_me(reader(session, caller));
END $$;

-- Changes the keys of the caller's account that `change` has, while the account has one of `versions` (null: whichever it
-- has). A new email waits until the code that is mailed to it comes back. Locks the caller, then a counter of mails, then a
-- code. A taken username violates users_username_key.
CREATE FUNCTION update_me(
  change json, code json, versions integer[] DEFAULT NULL, session uuid DEFAULT NULL, caller bigint DEFAULT NULL
) RETURNS json LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
  given CONSTANT jsonb := change::jsonb;
  new_email CONSTANT text := given ->> 'email';
  me users;
BEGIN
  PERFORM lock_people(ARRAY [caller]);
  PERFORM writer(session, caller);
  SELECT * INTO me FROM users WHERE users.id = caller;

  -- A change that is refused sends no mail, and counts none.
  IF me.version <> ALL (versions) THEN
    RETURN json_build_object('outcome', 'stale');
  END IF;
  IF new_email IS NOT NULL THEN
    IF EXISTS (SELECT FROM users WHERE fold(users.email) = fold(new_email) AND users.id <> caller) THEN
      RETURN json_build_object('outcome', 'email_taken');
    END IF;
    IF NOT count_mail(new_email, 'change', code) THEN
      RETURN json_build_object('outcome', 'mails_exhausted');
    END IF;
    PERFORM store_code(caller, 'email', new_email, code);
  END IF;

  IF given ? 'username' THEN
    me.username := given ->> 'username';
  END IF;
  IF given ? 'bio' THEN
    me.bio := given ->> 'bio';
  END IF;
  IF given ? 'avatar_url' THEN
    me.avatar_url := given ->> 'avatar_url';
  END IF;
  UPDATE users
    SET username = me.username, bio = me.bio, avatar_url = me.avatar_url, version = users.version + 1
    WHERE users.id = caller
      AND (users.username, users.bio, users.avatar_url) IS DISTINCT FROM (me.username, me.bio, me.avatar_url);
  RETURN json_build_object('outcome', 'changed', 'changed', tagged_me(caller));
END $$;
