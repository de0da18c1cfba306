-- One post.

-- What a post looks like on the wire, for an anonymous viewer or a person: the columns of `item`, in this order. `etag` is
-- the tag of that view (RFC 9110 §8.8.3), which begins with the version. No row where there is no such post for the viewer:
-- a draft exists for its owner only.
CREATE FUNCTION post_view(post bigint, viewer bigint) RETURNS TABLE (item json, etag text) LANGUAGE sql STABLE AS $$
  SELECT row_to_json(item),
    concat_ws('-', posts.version,
      -- Of the owner only what the post shows: nothing else that changes about them changes the view.
      to_hex(hash_record_extended(owner, 0)), counts.votes, counts.replies,
      CASE WHEN post_view.viewer IS NOT NULL THEN (own_vote.user_id IS NOT NULL)::integer END)
  FROM (
      SELECT * FROM posts WHERE posts.id = post AND (posts.published OR posts.owner_id = post_view.viewer) OFFSET 0
    ) AS posts
    CROSS JOIN LATERAL (
      SELECT users.id, users.username, users.avatar_url FROM users WHERE users.id = posts.owner_id OFFSET 0
    ) AS owner
    CROSS JOIN LATERAL (
      SELECT post_counts.votes, post_counts.replies FROM post_counts WHERE post_counts.post_id = posts.id OFFSET 0
    ) AS counts
    LEFT JOIN LATERAL (
      SELECT votes.user_id FROM votes WHERE votes.user_id = post_view.viewer AND votes.post_id = posts.id OFFSET 0
    ) AS own_vote ON true
    CROSS JOIN LATERAL (
      SELECT posts.id, posts.title, posts.content, posts.published, posts.parent_id, posts.tags,
             iso_time(posts.created_at) AS created_at, iso_time(posts.published_at) AS published_at,
             iso_time(posts.edited_at) AS edited_at,
             posts.owner_id, owner, counts.votes, counts.replies,
             CASE WHEN post_view.viewer IS NOT NULL THEN
               json_build_object('voted', own_vote.user_id IS NOT NULL)
             END AS viewer
    ) AS item
$$;

-- `{ post, etag }`.
CREATE FUNCTION tagged_post(post bigint, viewer bigint) RETURNS json LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (SELECT json_build_object('post', seen.item, 'etag', seen.etag) FROM post_view(post, viewer) AS seen);
END $$;

-- Whether there is such a post for this viewer: a draft exists for its owner only.
CREATE FUNCTION is_visible(post bigint, viewer bigint) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN EXISTS (SELECT FROM posts WHERE posts.id = post AND (posts.published OR posts.owner_id = viewer));
END $$;

-- `{ post, etag }`, or null where there is no such post for the caller.
CREATE FUNCTION read_post(post bigint, session uuid DEFAULT NULL, caller bigint DEFAULT NULL) RETURNS json
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  viewer CONSTANT bigint := reader(session, caller);
BEGIN
  RETURN (SELECT json_build_object('post', seen.item, 'etag', seen.etag) FROM post_view(post, viewer) AS seen);
END $$;

-- Writes a post, a draft or a reply, for a person signed in. Returns `{ outcome, created: { post, etag } }`. Outcomes:
-- `created`; `no_parent` if there is no such post to reply to. If the key was used within the last 24 hours: `replayed`, with
-- the first answer, for the same digest (SHA-256 of the request, in hexadecimal), `deleted` if that post has been deleted,
-- and `reused` for another digest. Locks the person, which also makes two requests with one key wait for each other, and
-- the parent.
CREATE FUNCTION create_post(
  content text, published boolean, tags text[],
  title text DEFAULT NULL, parent_id bigint DEFAULT NULL, key text DEFAULT NULL, digest text DEFAULT NULL,
  session uuid DEFAULT NULL, caller bigint DEFAULT NULL
) RETURNS json LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT
SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
  viewer bigint;
  earlier idempotency_keys;
  new_id bigint;
  answer json;
BEGIN
  PERFORM lock_people(ARRAY [caller]);
  viewer := check_session(session, caller);
  IF key IS NOT NULL THEN
    SELECT * INTO earlier FROM idempotency_keys
      WHERE idempotency_keys.user_id = viewer AND idempotency_keys.key = create_post.key
        AND idempotency_keys.created_at > now() - interval '24 hours';
    IF FOUND THEN
      RETURN CASE
        WHEN earlier.digest <> decode(create_post.digest, 'hex') THEN json_build_object('outcome', 'reused')
        WHEN earlier.answer IS NULL THEN json_build_object('outcome', 'deleted')
        ELSE json_build_object('outcome', 'replayed', 'created', earlier.answer)
      END;
    END IF;
  END IF;

  IF create_post.parent_id IS NOT NULL THEN
    PERFORM FROM posts WHERE posts.id = create_post.parent_id AND posts.published FOR KEY SHARE;
    IF NOT FOUND THEN
      RETURN json_build_object('outcome', 'no_parent');
    END IF;
  END IF;

  INSERT INTO posts (owner_id, parent_id, title, content, published, tags, published_at)
    VALUES (viewer, create_post.parent_id, create_post.title, create_post.content, create_post.published,
            create_post.tags, CASE WHEN create_post.published THEN now() END)
    RETURNING posts.id INTO new_id;
  IF create_post.parent_id IS NOT NULL THEN
    INSERT INTO post_ancestors (ancestor_id, post_id, distance)
      SELECT create_post.parent_id, new_id, 1
      UNION ALL
      SELECT above.ancestor_id, new_id, above.distance + 1 FROM post_ancestors AS above
        WHERE above.post_id = create_post.parent_id AND above.distance < 100;
  END IF;

  answer := tagged_post(new_id, viewer);
  IF key IS NOT NULL THEN
    INSERT INTO idempotency_keys (user_id, key, digest, post_id, answer)
      VALUES (viewer, create_post.key, decode(create_post.digest, 'hex'), new_id, answer)
      ON CONFLICT (user_id, key) DO UPDATE SET
        digest = excluded.digest, post_id = excluded.post_id, answer = excluded.answer, created_at = now();
  END IF;
  RETURN json_build_object('outcome', 'created', 'created', answer);
END $$;

-- Changes the keys of `change` (title, content, published, tags) and no other, for the owner, while the version is one of
-- `versions` (null: any). `{ outcome, changed: { post, etag } }`: `changed`, also where every value is as it was and nothing
-- is written; `not_found`, `not_owner`, `stale`. Locks the person, then the post.
CREATE FUNCTION update_post(
  post bigint, change json, versions integer[] DEFAULT NULL, session uuid DEFAULT NULL, caller bigint DEFAULT NULL
) RETURNS json LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  patch CONSTANT jsonb := change;
  viewer bigint;
  before posts;
  after posts;
BEGIN
  PERFORM lock_people(ARRAY [caller]);
  viewer := check_session(session, caller);
  SELECT * INTO before FROM posts
    WHERE posts.id = post AND (posts.published OR posts.owner_id = viewer) FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RETURN json_build_object('outcome', 'not_found');
  ELSIF before.owner_id <> viewer THEN
    RETURN json_build_object('outcome', 'not_owner');
  ELSIF before.version <> ALL (versions) THEN
    RETURN json_build_object('outcome', 'stale');
  END IF;

  after := before;
  IF patch ? 'title' THEN
    after.title := patch ->> 'title';
  END IF;
  IF patch ? 'content' THEN
    after.content := patch ->> 'content';
  END IF;
  IF patch ? 'published' THEN
    after.published := patch ->> 'published';
  END IF;
  IF patch ? 'tags' THEN
    after.tags := ARRAY (SELECT jsonb_array_elements_text(patch -> 'tags'));
  END IF;
  IF after IS DISTINCT FROM before THEN
    UPDATE posts SET
        title = after.title, content = after.content, published = after.published, tags = after.tags,
        published_at = CASE WHEN after.published THEN coalesce(before.published_at, now()) ELSE before.published_at END,
        version = before.version + 1, edited_at = now()
      WHERE posts.id = post;
  END IF;
  RETURN json_build_object('outcome', 'changed', 'changed', tagged_post(post, viewer));
END $$;

-- Deletes a post with its votes, versions, tags and counters. The caller has locked the owner and the post; the counters
-- are locked here.
CREATE FUNCTION remove_post(target posts) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM post_counts WHERE post_counts.post_id IN (target.id, target.parent_id)
    ORDER BY post_counts.post_id FOR NO KEY UPDATE;
  PERFORM FROM tags WHERE tags.tag = ANY (target.tags) ORDER BY tags.tag FOR NO KEY UPDATE;
  DELETE FROM posts WHERE posts.id = target.id;
END $$;

-- For the owner and for admins, while the version is one of `versions` (null: any). `deleted`, `not_found`, `not_owner` or
-- `stale`. Locks the caller and the owner, then the post, then what counts it.
CREATE FUNCTION delete_post(
  post bigint, versions integer[] DEFAULT NULL, session uuid DEFAULT NULL, caller bigint DEFAULT NULL
) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  viewer bigint;
  target posts;
BEGIN
  PERFORM lock_people(ARRAY [caller, (SELECT posts.owner_id FROM posts WHERE posts.id = post)]);
  viewer := check_session(session, caller);
  SELECT * INTO target FROM posts
    WHERE posts.id = post AND (posts.published OR posts.owner_id = viewer) FOR UPDATE;
  IF NOT FOUND THEN
    RETURN 'not_found';
  ELSIF target.owner_id <> viewer
    AND NOT EXISTS (SELECT FROM users WHERE users.id = viewer AND users.role = 'admin') THEN
    RETURN 'not_owner';
  ELSIF target.version <> ALL (versions) THEN
    RETURN 'stale';
  END IF;
  PERFORM remove_post(target);
  RETURN 'deleted';
END $$;
