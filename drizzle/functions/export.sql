-- All that the service holds about a person, in pieces. A section is a list in the order of a unique key. Each piece has
-- `items` and `next`, the key of its last row, or null when nothing follows. The first answer has a piece of each section and
-- must stay below the 10 MiB that Neon allows. Neon quotes the JSON once more, so that a quotation mark takes four bytes. A
-- piece of posts or of versions has at most 1,000 rows and half a megabyte of text; the other pieces have so few rows that
-- each stays below 1 MB.

-- About how many bytes of text an item of the export has. Unlike json_bytes() in threads.sql, it does not read long texts.
CREATE FUNCTION export_bytes(title text, content text, tags text[], mentioned bigint[]) RETURNS bigint
LANGUAGE sql IMMUTABLE AS $$
  SELECT 200 + octet_length(content)::bigint + coalesce(octet_length(title), 0) + octet_length(array_to_string(tags, ''))
    + coalesce(70 * cardinality(mentioned), 0)
$$;

CREATE FUNCTION export_posts(person bigint, after_id bigint) RETURNS json LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (
    SELECT json_build_object(
        'items', coalesce(json_agg(json_build_object(
          'id', post.id, 'parent_id', post.parent_id, 'title', post.title, 'content', post.content, 'tags', post.tags,
          'mentions', mentions_json(post.mentioned_ids), 'published', post.published, 'created_at', iso_time(post.created_at),
          'published_at', iso_time(post.published_at), 'edited_at', iso_time(post.edited_at))
          ORDER BY post.id) FILTER (WHERE post.fits), '[]'),
        'next', CASE WHEN count(*) = 1000 OR NOT bool_and(post.fits) THEN
          json_build_object('id', max(post.id) FILTER (WHERE post.fits)) END)
      FROM (
        SELECT posts.*,
               row_number() OVER so_far = 1
                 OR sum(export_bytes(posts.title, posts.content, posts.tags, posts.mentioned_ids)) OVER so_far <= 500000 AS fits
          FROM (
            -- From an index alone, which holds them in another order.
            SELECT posts.id FROM posts WHERE posts.owner_id = person AND posts.id > after_id ORDER BY posts.id LIMIT 1000
          ) AS near CROSS JOIN LATERAL (SELECT * FROM posts WHERE posts.id = near.id OFFSET 0) AS posts
          WINDOW so_far AS (ORDER BY near.id)
      ) AS post
  );
END $$;

CREATE FUNCTION export_post_versions(person bigint, after_id bigint, after_version integer) RETURNS json
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (
    SELECT json_build_object(
        'items', coalesce(json_agg(json_build_object(
          'post_id', earlier.post_id, 'title', earlier.title, 'content', earlier.content, 'tags', earlier.tags,
          'mentions', mentions_json(earlier.mentioned_ids), 'created_at', iso_time(earlier.created_at))
          ORDER BY earlier.post_id, earlier.version) FILTER (WHERE earlier.fits), '[]'),
        'next', CASE WHEN count(*) = 1000 OR NOT bool_and(earlier.fits) THEN
          json_agg(json_build_object('id', earlier.post_id, 'version', earlier.version)
            ORDER BY earlier.post_id DESC, earlier.version DESC) FILTER (WHERE earlier.fits) -> 0 END)
      FROM (
        SELECT near.*,
               row_number() OVER so_far = 1
                 OR sum(export_bytes(near.title, near.content, near.tags, near.mentioned_ids)) OVER so_far <= 500000 AS fits
          FROM (
            SELECT versions.*
              FROM (
                SELECT posts.id FROM posts WHERE posts.owner_id = person AND posts.id >= after_id ORDER BY posts.id OFFSET 0
              ) AS own CROSS JOIN LATERAL (
                SELECT * FROM post_versions
                  WHERE post_versions.post_id = own.id
                    AND (post_versions.post_id, post_versions.version) > (after_id, after_version) OFFSET 0
              ) AS versions
              ORDER BY own.id, versions.version LIMIT 1000
          ) AS near
          WINDOW so_far AS (ORDER BY near.post_id, near.version)
      ) AS earlier
  );
END $$;

CREATE FUNCTION export_votes(person bigint, after_id bigint) RETURNS json LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (
    SELECT json_build_object(
        'items', coalesce(json_agg(json_build_object(
          'post_id', vote.post_id, 'created_at', iso_time(vote.created_at)) ORDER BY vote.post_id), '[]'),
        'next', CASE WHEN count(*) = 5000 THEN json_build_object('id', max(vote.post_id)) END)
      FROM (
        SELECT votes.* FROM votes
          WHERE votes.user_id = person AND votes.post_id > after_id ORDER BY votes.post_id LIMIT 5000
      ) AS vote
  );
END $$;

CREATE FUNCTION export_bookmarks(person bigint, after_id bigint) RETURNS json LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (
    SELECT json_build_object(
        'items', coalesce(json_agg(json_build_object(
          'post_id', bookmark.post_id, 'created_at', iso_time(bookmark.created_at)) ORDER BY bookmark.post_id), '[]'),
        'next', CASE WHEN count(*) = 5000 THEN json_build_object('id', max(bookmark.post_id)) END)
      FROM (
        SELECT bookmarks.* FROM bookmarks
          WHERE bookmarks.user_id = person AND bookmarks.post_id > after_id ORDER BY bookmarks.post_id LIMIT 5000
      ) AS bookmark
  );
END $$;

CREATE FUNCTION export_following(person bigint, after_id bigint) RETURNS json LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (
    SELECT json_build_object(
        'items', coalesce(json_agg(json_build_object(
          'user_id', follow.followee_id, 'created_at', iso_time(follow.created_at)) ORDER BY follow.followee_id), '[]'),
        'next', CASE WHEN count(*) = 5000 THEN json_build_object('id', max(follow.followee_id)) END)
      FROM (
        SELECT follows.* FROM follows
          WHERE follows.follower_id = person AND follows.followee_id > after_id ORDER BY follows.followee_id LIMIT 5000
      ) AS follow
  );
END $$;

-- By time: the index on those who follow somebody has them in that order.
CREATE FUNCTION export_followers(person bigint, after_at timestamptz, after_id bigint) RETURNS json
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (
    SELECT json_build_object(
        'items', coalesce(json_agg(json_build_object(
          'user_id', follow.follower_id, 'created_at', iso_time(follow.created_at))
          ORDER BY follow.created_at, follow.follower_id), '[]'),
        'next', json_agg(json_build_object('at', follow.created_at, 'id', follow.follower_id)
          ORDER BY follow.created_at, follow.follower_id) -> 4999)
      FROM (
        SELECT follows.* FROM follows
          WHERE follows.followee_id = person AND (follows.created_at, follows.follower_id) > (after_at, after_id)
          ORDER BY follows.created_at, follows.follower_id LIMIT 5000
      ) AS follow
  );
END $$;

-- Whom the person blocks and mutes. Who blocks or mutes the person is the others' own.
CREATE FUNCTION export_blocks(person bigint, after_id bigint) RETURNS json LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (
    SELECT json_build_object(
        'items', coalesce(json_agg(json_build_object(
          'user_id', block.other_id, 'created_at', iso_time(block.created_at)) ORDER BY block.other_id), '[]'),
        'next', CASE WHEN count(*) = 5000 THEN json_build_object('id', max(block.other_id)) END)
      FROM (
        SELECT blocks.* FROM blocks
          WHERE blocks.user_id = person AND blocks.other_id > after_id ORDER BY blocks.other_id LIMIT 5000
      ) AS block
  );
END $$;

CREATE FUNCTION export_mutes(person bigint, after_id bigint) RETURNS json LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (
    SELECT json_build_object(
        'items', coalesce(json_agg(json_build_object(
          'user_id', mute.other_id, 'created_at', iso_time(mute.created_at)) ORDER BY mute.other_id), '[]'),
        'next', CASE WHEN count(*) = 5000 THEN json_build_object('id', max(mute.other_id)) END)
      FROM (
        SELECT mutes.* FROM mutes
          WHERE mutes.user_id = person AND mutes.other_id > after_id ORDER BY mutes.other_id LIMIT 5000
      ) AS mute
  );
END $$;

CREATE FUNCTION export_reports(person bigint, after_id bigint) RETURNS json LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (
    SELECT json_build_object(
        'items', coalesce(json_agg(own_report(report.one) ORDER BY report.id), '[]'),
        'next', CASE WHEN count(*) = 200 THEN json_build_object('id', max(report.id)) END)
      FROM (
        SELECT reports AS one, reports.id FROM reports
          WHERE reports.reporter_id = person AND reports.id > after_id ORDER BY reports.id LIMIT 200
      ) AS report
  );
END $$;

-- What the person did as an admin.
CREATE FUNCTION export_moderation(person bigint, after_id bigint) RETURNS json LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (
    SELECT json_build_object(
        'items', coalesce(json_agg(json_build_object(
          'action', entry.action, 'user_id', entry.user_id, 'post_id', entry.post_id, 'report_id', entry.report_id,
          'reason', entry.reason, 'created_at', iso_time(entry.created_at)) ORDER BY entry.id), '[]'),
        'next', CASE WHEN count(*) = 200 THEN json_build_object('id', max(entry.id)) END)
      FROM (
        -- By an index alone, or Postgres would read the entries of all admins in the order of their ids.
        SELECT audit_entries.id FROM audit_entries
          WHERE audit_entries.admin_id = person AND audit_entries.id > after_id ORDER BY audit_entries.id LIMIT 200
      ) AS near CROSS JOIN LATERAL (SELECT * FROM audit_entries WHERE audit_entries.id = near.id OFFSET 0) AS entry
  );
END $$;

CREATE FUNCTION export_sessions(person bigint, after_at timestamptz, after_id uuid) RETURNS json
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (
    SELECT json_build_object(
        'items', coalesce(json_agg(json_build_object(
          'id', session.id, 'user_agent', session.user_agent, 'created_at', iso_time(session.created_at),
          'last_used_at', iso_time(session.last_used_at), 'expires_at', iso_time(session.expires_at))
          ORDER BY session.created_at, session.id), '[]'),
        'next', json_agg(json_build_object('at', session.created_at, 'id', session.id)
          ORDER BY session.created_at, session.id) -> 199)
      FROM (
        SELECT * FROM sessions
          WHERE sessions.user_id = person AND (sessions.created_at, sessions.id) > (after_at, after_id)
          ORDER BY sessions.created_at, sessions.id LIMIT 200
      ) AS session
  );
END $$;

CREATE FUNCTION export_idempotency_keys(person bigint, after_key text) RETURNS json LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (
    SELECT json_build_object(
        'items', coalesce(json_agg(json_build_object(
          'key', used.key, 'created_at', iso_time(used.created_at)) ORDER BY used.key), '[]'),
        'next', CASE WHEN count(*) = 1000 THEN json_build_object('key', max(used.key)) END)
      FROM (
        SELECT idempotency_keys.key, idempotency_keys.created_at FROM idempotency_keys
          WHERE idempotency_keys.user_id = person AND idempotency_keys.key > after_key
          ORDER BY idempotency_keys.key LIMIT 1000
      ) AS used
  );
END $$;

-- The first piece of the caller's export: `head` has the account and its short lists, `sections` the first piece of each
-- section. Everything is in it but the digests of secrets. Null without a caller.
CREATE FUNCTION export_account(session uuid DEFAULT NULL, caller bigint DEFAULT NULL) RETURNS json
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
  me CONSTANT bigint := reader(session, caller);
BEGIN
  RETURN (
    SELECT json_build_object(
        'head', json_build_object(
          'account', joined(
            whole_account(users), json_build_object('notifications_read_at', iso_time(users.notifications_read_at))),
          'resting_usernames', (
            SELECT coalesce(json_agg(json_build_object(
                'expires_at', iso_time(resting_usernames.expires_at)) ORDER BY resting_usernames.expires_at), '[]')
              FROM resting_usernames WHERE resting_usernames.former_owner = me
          ),
          'codes', (
            SELECT coalesce(json_agg(json_build_object(
                'purpose', codes.purpose, 'email', codes.email, 'created_at', iso_time(codes.created_at),
                'expires_at', iso_time(codes.expires_at))), '[]')
              FROM codes WHERE codes.user_id = me
          )
        ),
        'sections', json_build_object(
          'sessions', export_sessions(me, '-infinity', '00000000-0000-0000-0000-000000000000'),
          'idempotency_keys', export_idempotency_keys(me, ''),
          'posts', export_posts(me, 0),
          'post_versions', export_post_versions(me, 0, 0),
          'votes', export_votes(me, 0),
          'bookmarks', export_bookmarks(me, 0),
          'following', export_following(me, 0),
          'followers', export_followers(me, '-infinity', 0),
          'blocks', export_blocks(me, 0),
          'mutes', export_mutes(me, 0),
          'reports', export_reports(me, 0),
          'moderation', export_moderation(me, 0)))
      FROM users WHERE users.id = me
  );
END $$;

-- The piece of a section of the caller's export that follows the key `after`.
CREATE FUNCTION export_section(section text, after json, session uuid DEFAULT NULL, caller bigint DEFAULT NULL) RETURNS json
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
  me CONSTANT bigint := reader(session, caller);
  after_id CONSTANT bigint := CASE WHEN section <> 'sessions' THEN after ->> 'id' END;
BEGIN
  CASE section
    WHEN 'sessions' THEN RETURN export_sessions(me, (after ->> 'at')::timestamptz, (after ->> 'id')::uuid);
    WHEN 'idempotency_keys' THEN RETURN export_idempotency_keys(me, after ->> 'key');
    WHEN 'posts' THEN RETURN export_posts(me, after_id);
    WHEN 'post_versions' THEN RETURN export_post_versions(me, after_id, (after ->> 'version')::integer);
    WHEN 'votes' THEN RETURN export_votes(me, after_id);
    WHEN 'bookmarks' THEN RETURN export_bookmarks(me, after_id);
    WHEN 'following' THEN RETURN export_following(me, after_id);
    WHEN 'followers' THEN RETURN export_followers(me, (after ->> 'at')::timestamptz, after_id);
    WHEN 'blocks' THEN RETURN export_blocks(me, after_id);
    WHEN 'mutes' THEN RETURN export_mutes(me, after_id);
    WHEN 'reports' THEN RETURN export_reports(me, after_id);
    WHEN 'moderation' THEN RETURN export_moderation(me, after_id);
  END CASE;
END $$;
