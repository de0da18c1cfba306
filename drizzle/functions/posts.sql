-- One post.

-- The tags of a post: those that were given, and then the hashtags of its content, ten at most.
CREATE FUNCTION shown_tags(given text[], hashtags text[]) RETURNS text[] LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  RETURN (given || ARRAY (
    SELECT one.tag FROM unnest(hashtags) WITH ORDINALITY AS one (tag, place) WHERE one.tag <> ALL (given) ORDER BY one.place
  ))[:10];
END $$;

-- `[{ id, username }]` of those of these people who are still there, in this order.
CREATE FUNCTION mentions_json(people bigint[]) RETURNS json LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (
    SELECT coalesce(json_agg(json_build_object('id', users.id, 'username', users.username) ORDER BY one.place), '[]')
      FROM unnest(people) WITH ORDINALITY AS one (id, place) CROSS JOIN LATERAL (
        SELECT users.id, users.username FROM users WHERE users.id = one.id AND users.deleted_at IS NULL OFFSET 0
      ) AS users
  );
END $$;

-- What a post looks like on the wire, for an anonymous viewer or a person: the columns of `item`, in this order. `etag` is
-- the tag of that view (RFC 9110 §8.8.3), which begins with the version. No row where there is no such post for the viewer:
-- a draft exists for its owner only, and a post whose owner's account is deleted for nobody.
CREATE FUNCTION post_view(post bigint, viewer bigint) RETURNS TABLE (item json, etag text) LANGUAGE sql STABLE AS $$
  SELECT row_to_json(item),
    concat_ws('-', posts.version,
      -- Of the owner, and of those who are mentioned, only what the post shows: nothing else that changes about them changes
      -- the view.
      to_hex(hash_record_extended(owner, 0)), derived.votes, derived.replies,
      CASE WHEN post_view.viewer IS NOT NULL THEN
        (own_vote.user_id IS NOT NULL)::integer + 2 * (own_bookmark.user_id IS NOT NULL)::integer
      END,
      to_hex(hashtextextended(derived.mentions::text, 0)))
  FROM (
      SELECT * FROM posts WHERE posts.id = post AND (posts.published OR posts.owner_id = post_view.viewer) OFFSET 0
    ) AS posts
    CROSS JOIN LATERAL (
      SELECT users.id, users.username, users.avatar_url FROM users
        WHERE users.id = posts.owner_id AND users.deleted_at IS NULL OFFSET 0
    ) AS owner
    CROSS JOIN LATERAL (
      SELECT post_counts.votes, post_counts.replies,
             iso_time(posts.created_at) AS created_at,
             CASE WHEN posts.mentioned_ids IS NOT NULL THEN mentions_json(posts.mentioned_ids) END AS mentions
        FROM post_counts WHERE post_counts.post_id = posts.id OFFSET 0
    ) AS derived
    LEFT JOIN LATERAL (
      SELECT votes.user_id FROM votes WHERE votes.user_id = post_view.viewer AND votes.post_id = posts.id OFFSET 0
    ) AS own_vote ON true
    LEFT JOIN LATERAL (
      SELECT bookmarks.user_id FROM bookmarks
        WHERE bookmarks.user_id = post_view.viewer AND bookmarks.post_id = posts.id OFFSET 0
    ) AS own_bookmark ON true
    CROSS JOIN LATERAL (
      SELECT posts.id, posts.title, posts.content, posts.published, posts.parent_id, posts.tags,
             coalesce(derived.mentions, '[]') AS mentions, derived.created_at,
             -- Most posts were published when they were written: one text serves for both times.
             CASE WHEN posts.published_at = posts.created_at THEN derived.created_at
               ELSE iso_time(posts.published_at) END AS published_at,
             iso_time(posts.edited_at) AS edited_at,
             posts.owner_id, owner, derived.votes, derived.replies,
             CASE WHEN post_view.viewer IS NOT NULL THEN
               json_build_object('voted', own_vote.user_id IS NOT NULL, 'bookmarked', own_bookmark.user_id IS NOT NULL)
             END AS viewer
    ) AS item
$$;

-- `{ post, etag }`.
CREATE FUNCTION tagged_post(post bigint, viewer bigint) RETURNS json LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (SELECT json_build_object('post', seen.item, 'etag', seen.etag) FROM post_view(post, viewer) AS seen);
END $$;

-- Whether there is such a post for this viewer, as in post_view().
CREATE FUNCTION is_visible(post bigint, viewer bigint) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN EXISTS (
    SELECT FROM posts
      WHERE posts.id = post AND (posts.published OR posts.owner_id = viewer) AND is_person(posts.owner_id));
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
-- `created`; `no_parent` if there is no such post to reply to; `blocked` if its owner or the person blocks the other. If
-- the key was used within the last 24 hours: `replayed`, with the first answer, for the same digest (SHA-256 of the
-- request, in hexadecimal), `deleted` if that post has been deleted, and `reused` for another digest. `mentions` and
-- `hashtags` are what the content names. Locks the person, which also makes two requests with one key wait for each other,
-- with those who are mentioned, then the parent's line, then the parent.
CREATE FUNCTION create_post(
  content text, published boolean, tags text[], mentions text[] DEFAULT NULL, hashtags text[] DEFAULT NULL,
  title text DEFAULT NULL, parent_id bigint DEFAULT NULL, key text DEFAULT NULL, digest text DEFAULT NULL,
  session uuid DEFAULT NULL, caller bigint DEFAULT NULL
) RETURNS json LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT
SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
  viewer bigint;
  mentioned bigint[];
  earlier idempotency_keys;
  parent_owner bigint;
  new_id bigint;
  answer json;
BEGIN
  mentioned := lock_author(caller, mentions, NULL);
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
    PERFORM pg_advisory_xact_lock(1, (create_post.parent_id & 2147483647)::integer);
    SELECT posts.owner_id INTO parent_owner FROM posts
      WHERE posts.id = create_post.parent_id AND posts.published AND is_person(posts.owner_id) FOR KEY SHARE;
    IF NOT FOUND THEN
      RETURN json_build_object('outcome', 'no_parent');
    ELSIF is_blocked(viewer, parent_owner) THEN
      RETURN json_build_object('outcome', 'blocked');
    END IF;
  END IF;

  INSERT INTO posts (owner_id, parent_id, answered_id, title, content, published, tags, published_at,
                     hashtags, given_tags, mentioned_ids)
    VALUES (viewer, create_post.parent_id, nullif(parent_owner, viewer), create_post.title, create_post.content, create_post.published,
            CASE WHEN create_post.hashtags IS NULL THEN create_post.tags
              ELSE shown_tags(create_post.tags, create_post.hashtags) END,
            CASE WHEN create_post.published THEN now() END,
            create_post.hashtags, CASE WHEN create_post.hashtags IS NOT NULL THEN create_post.tags END, mentioned)
    RETURNING posts.id INTO new_id;

  answer := tagged_post(new_id, viewer);
  IF key IS NOT NULL THEN
    INSERT INTO idempotency_keys (user_id, key, digest, post_id, answer)
      VALUES (viewer, create_post.key, decode(create_post.digest, 'hex'), new_id, answer)
      ON CONFLICT (user_id, key) DO UPDATE SET
        digest = excluded.digest, post_id = excluded.post_id, answer = excluded.answer, created_at = now();
  END IF;
  RETURN json_build_object('outcome', 'created', 'created', answer);
END $$;

-- The texts of an array in JSON; null for none.
CREATE FUNCTION json_texts(list jsonb) RETURNS text[] LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  IF jsonb_typeof(list) = 'array' THEN
    RETURN ARRAY (SELECT jsonb_array_elements_text(list));
  END IF;
  RETURN NULL;
END $$;

-- Changes the keys of `change` (title, content, published, tags) and no other, for the owner, while the version is one of
-- `versions` (null: any). With `content` come `mentions` and `hashtags`, what it names. Returns
-- `{ outcome, changed: { post, etag } }`: `changed`, also where every value is as it was and nothing is written;
-- `not_found`, `not_owner`, `stale`; `blocked` for a reply that would be published while its owner or whom it answers blocks
-- the other. Locks the person with those whom the post will mention, then the post.
CREATE FUNCTION update_post(
  post bigint, change json, versions integer[] DEFAULT NULL, session uuid DEFAULT NULL, caller bigint DEFAULT NULL
) RETURNS json LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  patch CONSTANT jsonb := change;
  is_publishing boolean;
  viewer bigint;
  known bigint[];
  mentioned bigint[];
  before posts;
  after posts;
  is_edited boolean;
BEGIN
  IF patch -> 'published' = 'true' THEN
    -- Whoever publishes a draft mentions those whom it named when it was written.
    known := (
      SELECT posts.mentioned_ids FROM posts WHERE posts.id = post AND posts.owner_id = caller AND NOT posts.published
    );
  END IF;
  mentioned := lock_author(caller, json_texts(patch -> 'mentions'), known);
  viewer := check_session(session, caller);
  SELECT * INTO before FROM posts
    WHERE posts.id = post AND (posts.published OR posts.owner_id = viewer) AND is_person(posts.owner_id)
    FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RETURN json_build_object('outcome', 'not_found');
  ELSIF before.owner_id <> viewer THEN
    RETURN json_build_object('outcome', 'not_owner');
  ELSIF before.version <> ALL (versions) THEN
    RETURN json_build_object('outcome', 'stale');
  END IF;
  is_publishing := NOT before.published AND patch @> '{"published": true}';
  IF is_publishing AND is_blocked(viewer, before.answered_id) THEN
    RETURN json_build_object('outcome', 'blocked');
  ELSIF is_publishing AND before.mentioned_ids IS NOT NULL AND (before.mentioned_ids <@ known) IS NOT TRUE THEN
    RAISE EXCEPTION 'the draft was edited meanwhile, and mentions others' USING ERRCODE = 'serialization_failure';
  END IF;

  after := before;
  IF patch ? 'title' THEN
    after.title := patch ->> 'title';
  END IF;
  IF patch ->> 'content' <> before.content THEN
    after.content := patch ->> 'content';
    after.mentioned_ids := mentioned;
    after.hashtags := json_texts(patch -> 'hashtags');
  END IF;
  IF patch ? 'published' THEN
    after.published := patch ->> 'published';
  END IF;
  IF is_publishing AND after.mentioned_ids IS NOT NULL THEN
    after.mentioned_ids := not_blocked(viewer, after.mentioned_ids);
  END IF;
  after.tags := coalesce(json_texts(patch -> 'tags'), before.given_tags, before.tags);
  after.given_tags := NULL;
  IF after.hashtags IS NOT NULL THEN
    after.given_tags := after.tags;
    after.tags := shown_tags(after.given_tags, after.hashtags);
  END IF;
  IF after IS DISTINCT FROM before THEN
    -- Whether a tag is given or a hashtag is no value that anybody sees.
    is_edited := (after.title, after.content, after.published, after.tags)
      IS DISTINCT FROM (before.title, before.content, before.published, before.tags);
    UPDATE posts SET
        title = after.title, content = after.content, published = after.published, tags = after.tags,
        published_at = CASE WHEN after.published THEN coalesce(before.published_at, now()) ELSE before.published_at END,
        version = before.version + is_edited::integer, edited_at = CASE
          -- What is published for the first time was never edited, for its readers.
          WHEN after.published AND before.published_at IS NULL THEN NULL
          WHEN is_edited THEN now()
          ELSE before.edited_at
        END,
        hashtags = after.hashtags, given_tags = after.given_tags, mentioned_ids = after.mentioned_ids
      WHERE posts.id = post;
  END IF;
  RETURN json_build_object('outcome', 'changed', 'changed', tagged_post(post, viewer));
END $$;

-- Locks the mentions and the bookmarks of a post.
CREATE FUNCTION lock_mentions_and_bookmarks(target posts) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF target.mentioned_ids IS NOT NULL THEN
    PERFORM FROM post_mentions WHERE post_mentions.post_id = target.id ORDER BY post_mentions.user_id FOR UPDATE;
  END IF;
  PERFORM FROM bookmarks WHERE bookmarks.post_id = target.id ORDER BY bookmarks.user_id FOR UPDATE;
END $$;

-- Deletes a post with its votes, versions, mentions, bookmarks, tags and counters. The caller has locked the owner, the post,
-- its mentions and its bookmarks; the counters are locked here.
CREATE FUNCTION remove_post(target posts) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM post_counts WHERE post_counts.post_id IN (target.id, target.parent_id)
    ORDER BY post_counts.post_id FOR NO KEY UPDATE;
  PERFORM FROM tags WHERE tags.tag = ANY (target.tags) ORDER BY tags.tag FOR NO KEY UPDATE;
  DELETE FROM posts WHERE posts.id = target.id;
END $$;

-- Deletes a post of somebody else as an admin, or by the command line, where `admin` is null. Its open reports are resolved,
-- and the audit gets an entry. The caller has locked the owner and the post; locks the mentions, the bookmarks, the reports,
-- and what remove_post locks.
CREATE FUNCTION moderate_post(target posts, admin bigint, reason text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  reports_left boolean;
BEGIN
  PERFORM lock_mentions_and_bookmarks(target);
  reports_left := resolve_reports_about(target.owner_id, target.id, admin, reason);
  PERFORM remove_post(target);
  PERFORM add_audit_entry(
    'post_deleted', admin, target.owner_id, post => target.id, reason => moderate_post.reason, reports_left => reports_left);
END $$;

-- For the owner and for admins, while the version is one of `versions` (null: any). `deleted`, `not_found`, `not_owner` or
-- `stale`. `reason` is for the audit. Locks the caller and the owner, then the post, its reports, and what counts it.
CREATE FUNCTION delete_post(
  post bigint, versions integer[] DEFAULT NULL, reason text DEFAULT NULL,
  session uuid DEFAULT NULL, caller bigint DEFAULT NULL
) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  viewer bigint;
  target posts;
BEGIN
  PERFORM lock_people(ARRAY [caller, (SELECT posts.owner_id FROM posts WHERE posts.id = post)]);
  viewer := check_session(session, caller);
  SELECT * INTO target FROM posts
    WHERE posts.id = post AND (posts.published OR posts.owner_id = viewer) AND is_person(posts.owner_id) FOR UPDATE;
  IF NOT FOUND THEN
    RETURN 'not_found';
  ELSIF target.owner_id <> viewer AND NOT is_admin(viewer) THEN
    RETURN 'not_owner';
  ELSIF target.version <> ALL (versions) THEN
    RETURN 'stale';
  END IF;
  IF target.owner_id = viewer THEN
    PERFORM lock_mentions_and_bookmarks(target);
    PERFORM remove_post(target);
  ELSE
    PERFORM moderate_post(target, viewer, reason);
  END IF;
  RETURN 'deleted';
END $$;
