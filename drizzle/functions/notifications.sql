-- What happened to a person: replies, mentions, follows, and votes for their posts. All of it is read from the rows that
-- are there, each kind from an index of its own, and merged by time: what is taken back or deleted is gone by itself.
-- Left out are people who are hidden from the person, drafts, and what the person does.
--
-- The votes of one day (in UTC) for one post are one entry, at the time of the latest. `id` in the key of an entry is the
-- follower, or the post: the reply, the post with the mention, the post that was voted for.

-- The entries of one kind in a stretch of all, those to skip included. No id is 0 or the greatest number.
CREATE FUNCTION part_of(stretch event_stretch, kind text) RETURNS time_stretch LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  last_id CONSTANT bigint := 9223372036854775807;
BEGIN
  RETURN (
    stretch.low_at,
    CASE WHEN kind = stretch.low_kind THEN stretch.low_id WHEN kind < stretch.low_kind COLLATE "C" THEN last_id ELSE 0 END,
    stretch.high_at,
    CASE WHEN kind = stretch.high_kind THEN stretch.high_id WHEN kind < stretch.high_kind COLLATE "C" THEN last_id ELSE 0 END,
    stretch.ascending, stretch.skip + stretch.row_limit, 0)::time_stretch;
END $$;

CREATE FUNCTION events_of(kind text, keys time_key[]) RETURNS event_key[] LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  RETURN ARRAY (SELECT (one.at, kind, one.id)::event_key FROM unnest(keys) AS one);
END $$;

-- The replies to what a person wrote.
CREATE FUNCTION replies_answering(stretch time_stretch, person bigint, hidden hidden_people) RETURNS time_key[]
LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF stretch.ascending THEN
    RETURN ARRAY (
      SELECT (posts.listed_at, posts.id)::time_key FROM posts
        WHERE posts.answered_id = person AND posts.published
          AND (hidden IS NULL OR NOT EXISTS (SELECT FROM reasons_to_hide(posts.owner_id, hidden)))
          AND (posts.listed_at, posts.id) >= (stretch.low_at, stretch.low_id)
          AND (posts.listed_at, posts.id) < (stretch.high_at, stretch.high_id)
        ORDER BY posts.listed_at, posts.id LIMIT stretch.row_limit);
  END IF;
  RETURN ARRAY (
    SELECT (posts.listed_at, posts.id)::time_key FROM posts
      WHERE posts.answered_id = person AND posts.published
        AND (hidden IS NULL OR NOT EXISTS (SELECT FROM reasons_to_hide(posts.owner_id, hidden)))
        AND (posts.listed_at, posts.id) >= (stretch.low_at, stretch.low_id)
        AND (posts.listed_at, posts.id) < (stretch.high_at, stretch.high_id)
      ORDER BY posts.listed_at DESC, posts.id DESC LIMIT stretch.row_limit);
END $$;

-- The posts that mention a person, without those that are replies to them.
CREATE FUNCTION posts_mentioning(stretch time_stretch, person bigint, hidden hidden_people) RETURNS time_key[]
LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF stretch.ascending THEN
    RETURN ARRAY (
      SELECT (post_mentions.listed_at, post_mentions.post_id)::time_key FROM post_mentions
        WHERE post_mentions.user_id = person AND post_mentions.notifies
          AND (hidden IS NULL OR NOT EXISTS (SELECT FROM reasons_to_hide_post(post_mentions.post_id, hidden)))
          AND (post_mentions.listed_at, post_mentions.post_id) >= (stretch.low_at, stretch.low_id)
          AND (post_mentions.listed_at, post_mentions.post_id) < (stretch.high_at, stretch.high_id)
        ORDER BY post_mentions.listed_at, post_mentions.post_id LIMIT stretch.row_limit);
  END IF;
  RETURN ARRAY (
    SELECT (post_mentions.listed_at, post_mentions.post_id)::time_key FROM post_mentions
      WHERE post_mentions.user_id = person AND post_mentions.notifies
        AND (hidden IS NULL OR NOT EXISTS (SELECT FROM reasons_to_hide_post(post_mentions.post_id, hidden)))
        AND (post_mentions.listed_at, post_mentions.post_id) >= (stretch.low_at, stretch.low_id)
        AND (post_mentions.listed_at, post_mentions.post_id) < (stretch.high_at, stretch.high_id)
      ORDER BY post_mentions.listed_at DESC, post_mentions.post_id DESC LIMIT stretch.row_limit);
END $$;

-- The followers of a person, as followers_of() lists them for everybody.
CREATE FUNCTION followers_seen(stretch time_stretch, person bigint, hidden hidden_people) RETURNS time_key[]
LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF hidden IS NULL THEN
    RETURN followers_of(stretch, person);
  ELSIF stretch.ascending THEN
    RETURN ARRAY (
      SELECT (follows.created_at, follows.follower_id)::time_key FROM follows
        WHERE follows.followee_id = person AND NOT EXISTS (SELECT FROM reasons_to_hide(follows.follower_id, hidden))
          AND (follows.created_at, follows.follower_id) >= (stretch.low_at, stretch.low_id)
          AND (follows.created_at, follows.follower_id) < (stretch.high_at, stretch.high_id)
        ORDER BY follows.created_at, follows.follower_id LIMIT stretch.row_limit);
  END IF;
  RETURN ARRAY (
    SELECT (follows.created_at, follows.follower_id)::time_key FROM follows
      WHERE follows.followee_id = person AND NOT EXISTS (SELECT FROM reasons_to_hide(follows.follower_id, hidden))
        AND (follows.created_at, follows.follower_id) >= (stretch.low_at, stretch.low_id)
        AND (follows.created_at, follows.follower_id) < (stretch.high_at, stretch.high_id)
      ORDER BY follows.created_at DESC, follows.follower_id DESC LIMIT stretch.row_limit);
END $$;

-- Who voted for a post of `owner` on a day, the latest first.
CREATE FUNCTION voters_of_day(post bigint, day integer, owner bigint, hidden hidden_people, row_limit integer)
RETURNS time_key[] LANGUAGE plpgsql STABLE AS $$
DECLARE
  low CONSTANT timestamptz := to_timestamp(day * 86400.0);
  high CONSTANT timestamptz := to_timestamp((day + 1) * 86400.0);
BEGIN
  RETURN ARRAY (
    SELECT (votes.created_at, votes.user_id)::time_key FROM votes
      WHERE votes.post_id = post AND votes.created_at >= low AND votes.created_at < high
        AND votes.user_id <> owner AND (hidden IS NULL OR NOT EXISTS (SELECT FROM reasons_to_hide(votes.user_id, hidden)))
      ORDER BY votes.created_at DESC, votes.user_id DESC LIMIT row_limit);
END $$;

-- The posts of a person that were voted for on a day, each with the time of its latest vote. However many votes there
-- are, the index is read once a post: from one post to the next.
CREATE FUNCTION votes_of_day(person bigint, day integer, hidden hidden_people) RETURNS TABLE (at timestamptz, post_id bigint)
LANGUAGE plpgsql STABLE ROWS 10 AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
    WITH RECURSIVE latest AS (
      (SELECT votes.created_at, votes.post_id FROM votes
        WHERE votes.owner_id = person AND day_of(votes.created_at) = votes_of_day.day
        ORDER BY votes.post_id DESC, votes.created_at DESC LIMIT 1)
      UNION ALL
      SELECT following.* FROM latest CROSS JOIN LATERAL (
        SELECT votes.created_at, votes.post_id FROM votes
          WHERE votes.owner_id = person AND day_of(votes.created_at) = votes_of_day.day AND votes.post_id < latest.post_id
          ORDER BY votes.post_id DESC, votes.created_at DESC LIMIT 1
      ) AS following
    )
    SELECT CASE WHEN hidden IS NULL THEN latest.created_at
             ELSE (voters_of_day(latest.post_id, votes_of_day.day, person, hidden, 1))[1].at END,
           latest.post_id
      FROM latest;
END $$;

-- The votes for what a person wrote, an entry for each post and day. Days are read one after another, from the side where
-- the stretch begins, until there are enough.
CREATE FUNCTION votes_for(stretch time_stretch, person bigint, hidden hidden_people) RETURNS time_key[]
LANGUAGE plpgsql STABLE AS $$
DECLARE
  direction CONSTANT integer := CASE WHEN stretch.ascending THEN 1 ELSE -1 END;
  low_day integer := CASE WHEN stretch.low_at > '-infinity' THEN day_of(stretch.low_at) ELSE -1000000 END;
  high_day integer := CASE WHEN stretch.high_at < 'infinity' THEN day_of(stretch.high_at) ELSE 10000000 END;
  found_keys time_key[] := '{}';
  day integer;
BEGIN
  LOOP
    IF stretch.ascending THEN
      SELECT day_of(votes.created_at) INTO day FROM votes
        WHERE votes.owner_id = person AND day_of(votes.created_at) >= low_day AND day_of(votes.created_at) <= high_day
        ORDER BY day_of(votes.created_at), votes.post_id, votes.created_at LIMIT 1;
      low_day := day + 1;
    ELSE
      SELECT day_of(votes.created_at) INTO day FROM votes
        WHERE votes.owner_id = person AND day_of(votes.created_at) >= low_day AND day_of(votes.created_at) <= high_day
        ORDER BY day_of(votes.created_at) DESC, votes.post_id DESC, votes.created_at DESC LIMIT 1;
      high_day := day - 1;
    END IF;
    EXIT WHEN day IS NULL;
    found_keys := found_keys || ARRAY (
      SELECT (entry.at, entry.post_id)::time_key
        FROM (
          SELECT one.at, one.post_id FROM votes_of_day(person, day, hidden) AS one
            WHERE (one.at, one.post_id) >= (stretch.low_at, stretch.low_id)
              AND (one.at, one.post_id) < (stretch.high_at, stretch.high_id)
            ORDER BY direction * extract(epoch FROM one.at), direction * one.post_id OFFSET 0
        ) AS entry CROSS JOIN LATERAL (
          SELECT FROM posts WHERE posts.id = entry.post_id AND posts.published OFFSET 0
        ) AS post
        LIMIT stretch.row_limit - cardinality(found_keys));
    EXIT WHEN cardinality(found_keys) = stretch.row_limit;
  END LOOP;
  RETURN found_keys;
END $$;

-- The entries of one kind, or of all where `kind` is null.
CREATE FUNCTION find_notifications(stretch event_stretch, kind text, person bigint, hidden hidden_people) RETURNS event_key[]
LANGUAGE plpgsql STABLE AS $$
DECLARE
  events event_key[] := '{}';
BEGIN
  IF coalesce(kind, 'follow') = 'follow' THEN
    events := events || events_of('follow', followers_seen(part_of(stretch, 'follow'), person, hidden));
  END IF;
  IF coalesce(kind, 'mention') = 'mention' THEN
    events := events || events_of('mention', posts_mentioning(part_of(stretch, 'mention'), person, hidden));
  END IF;
  IF coalesce(kind, 'reply') = 'reply' THEN
    events := events || events_of('reply', replies_answering(part_of(stretch, 'reply'), person, hidden));
  END IF;
  IF coalesce(kind, 'vote') = 'vote' THEN
    events := events || events_of('vote', votes_for(part_of(stretch, 'vote'), person, hidden));
  END IF;
  IF stretch.ascending THEN
    RETURN ARRAY (
      SELECT one::event_key FROM unnest(events) AS one
        ORDER BY one.at, one.kind COLLATE "C", one.id LIMIT stretch.row_limit OFFSET stretch.skip);
  END IF;
  RETURN ARRAY (
    SELECT one::event_key FROM unnest(events) AS one
      ORDER BY one.at DESC, one.kind COLLATE "C" DESC, one.id DESC LIMIT stretch.row_limit OFFSET stretch.skip);
END $$;

-- Who caused an entry, the latest first; 100 stands for more.
CREATE FUNCTION people_of_event(event event_key, person bigint, hidden hidden_people) RETURNS bigint[]
LANGUAGE plpgsql STABLE AS $$
BEGIN
  CASE event.kind
    WHEN 'follow' THEN
      RETURN ARRAY [event.id];
    WHEN 'vote' THEN
      RETURN ARRAY (
        SELECT voter.id FROM unnest(voters_of_day(event.id, day_of(event.at), person, hidden, 100))
          WITH ORDINALITY AS voter (at, id, place) ORDER BY voter.place);
    ELSE
      RETURN ARRAY (SELECT posts.owner_id FROM posts WHERE posts.id = event.id);
  END CASE;
END $$;

CREATE FUNCTION notification_page(
  viewer bigint, hidden hidden_people, keys event_key[], row_limit integer, beyond boolean, total bigint
) RETURNS json LANGUAGE plpgsql STABLE AS $$
DECLARE
  shown CONSTANT event_key[] := keys[:row_limit - 1];
  is_for_admin CONSTANT boolean := is_admin(viewer);
  read_at CONSTANT timestamptz := (SELECT users.notifications_read_at FROM users WHERE users.id = viewer);
BEGIN
  RETURN (
    SELECT json_build_object(
        'items', coalesce(json_agg(json_build_object(
          'kind', listed.kind, 'at', iso_time(listed.at), 'user', people.items -> 0, 'users', people.items,
          'count', people.count, 'post', post.item, 'read', listed.at <= read_at) ORDER BY listed.place), '[]'),
        'first', json_build_array(iso_time(shown[1].at), shown[1].kind, shown[1].id),
        'last', json_build_array(
          iso_time(shown[cardinality(shown)].at), shown[cardinality(shown)].kind, shown[cardinality(shown)].id),
        'more', cardinality(keys) = row_limit, 'beyond', beyond, 'total', total)
      FROM unnest(shown) WITH ORDINALITY AS listed (at, kind, id, place) CROSS JOIN LATERAL (
        SELECT people_of_event((listed.at, listed.kind, listed.id)::event_key, viewer, hidden) AS ids OFFSET 0
      ) AS caused CROSS JOIN LATERAL (
        SELECT cardinality(caused.ids) AS count, json_agg(seen.item ORDER BY one.place) AS items
          FROM unnest(caused.ids[:5]) WITH ORDINALITY AS one (id, place)
            CROSS JOIN LATERAL user_view(one.id, viewer, is_for_admin) AS seen
      ) AS people LEFT JOIN LATERAL (
        SELECT seen.item FROM post_view(CASE WHEN listed.kind <> 'follow' THEN listed.id END, viewer) AS seen OFFSET 0
      ) AS post ON true
      WHERE people.items IS NOT NULL AND (listed.kind = 'follow' OR post.item IS NOT NULL)
  );
END $$;

-- What happened to the caller, by time. `page`, `before`, `whole` and the answer as in post_lists.sql.
CREATE FUNCTION list_notifications(
  page event_stretch, before event_stretch DEFAULT NULL, whole event_stretch DEFAULT NULL, kind text DEFAULT NULL,
  session uuid DEFAULT NULL, caller bigint DEFAULT NULL
) RETURNS json LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  viewer CONSTANT bigint := reader(session, caller);
  hidden CONSTANT hidden_people := hidden_from(viewer);
BEGIN
  RETURN notification_page(
    viewer, hidden,
    find_notifications(page, kind, viewer, hidden),
    page.row_limit,
    before IS NOT NULL AND find_notifications(before, kind, viewer, hidden) <> '{}',
    CASE WHEN whole IS NOT NULL THEN counted(find_notifications(whole, kind, viewer, hidden)) END);
END $$;

-- How many entries are newer than what the person has read; 100 stands for more.
CREATE FUNCTION unread_notifications(person users) RETURNS integer LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN cardinality(find_notifications(
    (person.notifications_read_at + interval '1 millisecond', '', 0, 'infinity', '', 0, false, 100, 0)::event_stretch,
    NULL, person.id, hidden_from(person.id)));
END $$;

-- The caller has read what happened up to this moment: now, if it is later. An earlier moment than the one that is kept
-- changes nothing. Locks the person.
CREATE FUNCTION read_notifications(up_to timestamptz, session uuid DEFAULT NULL, caller bigint DEFAULT NULL) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
  moment CONSTANT timestamptz(3) := least(up_to, now());
BEGIN
  PERFORM lock_people(ARRAY [caller]);
  PERFORM check_session(session, caller);
  UPDATE users SET notifications_read_at = moment WHERE users.id = caller AND users.notifications_read_at < moment;
END $$;
