-- Lists of posts. Each takes the stretch of its page (with one row more than is shown, to know whether any follow), the
-- stretch `before` it, to know whether the list has rows there, and the `whole` list where its total is asked
-- for; all three go through one scan of post_scans.sql or search.sql. A total stops at 10,000 rows unless a counter is kept:
-- then `whole` has `row_limit` 10,001. Answers are `{ items, first, last, more, beyond, total }`: `first` and `last` are the
-- keys of the first and the last shown row, `more` says whether others follow, `beyond` whether any lies before.

CREATE FUNCTION counted(keys anyarray) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN cardinality(keys) <= 10000 THEN cardinality(keys) END
$$;

-- A page of posts, in the order of their keys. Each is looked up by itself (`OFFSET 0`): a plan for several remembers every
-- owner and every counter that it meets (Memoize), which costs more than to look up ten.
CREATE FUNCTION post_page(viewer bigint, keys time_key[], row_limit integer, beyond boolean, total bigint) RETURNS json
LANGUAGE plpgsql STABLE AS $$
DECLARE
  shown CONSTANT time_key[] := keys[:row_limit - 1];
BEGIN
  RETURN (
    SELECT json_build_object(
        'items', coalesce(json_agg(post.item ORDER BY listed.place), '[]'),
        'first', json_build_array(iso_time(shown[1].at), shown[1].id),
        'last', json_build_array(iso_time(shown[cardinality(shown)].at), shown[cardinality(shown)].id),
        'more', cardinality(keys) = row_limit, 'beyond', beyond, 'total', total)
      FROM unnest(shown) WITH ORDINALITY AS listed (at, id, place) CROSS JOIN LATERAL (
        SELECT seen.item FROM post_view(listed.id, viewer) AS seen OFFSET 0
      ) AS post
  );
END $$;

CREATE FUNCTION post_page(viewer bigint, keys count_key[], row_limit integer, beyond boolean, total bigint) RETURNS json
LANGUAGE plpgsql STABLE AS $$
DECLARE
  shown CONSTANT count_key[] := keys[:row_limit - 1];
BEGIN
  RETURN (
    SELECT json_build_object(
        'items', coalesce(json_agg(post.item ORDER BY listed.place), '[]'),
        'first', json_build_array(shown[1].count, shown[1].id),
        'last', json_build_array(shown[cardinality(shown)].count, shown[cardinality(shown)].id),
        'more', cardinality(keys) = row_limit, 'beyond', beyond, 'total', total)
      FROM unnest(shown) WITH ORDINALITY AS listed (count, id, place) CROSS JOIN LATERAL (
        SELECT seen.item FROM post_view(listed.id, viewer) AS seen OFFSET 0
      ) AS post
  );
END $$;

-- Which plan answers which filters, by time.
CREATE FUNCTION find_posts(
  stretch time_stretch, kinds boolean[], search text, in_title boolean, owner bigint, tag text, ids bigint[]
) RETURNS time_key[] LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF ids IS NULL AND search IS NULL AND owner IS NULL AND tag IS NULL THEN
    RETURN newest_posts(stretch, kinds);
  ELSIF ids IS NOT NULL THEN
    RETURN posts_by_ids(stretch, kinds, ids, search, in_title, owner, tag);
  ELSIF search IS NOT NULL OR (owner IS NOT NULL AND tag IS NOT NULL) THEN
    RETURN search_posts(stretch, kinds, search, in_title, owner, tag);
  ELSIF owner IS NOT NULL THEN
    RETURN posts_of_owner(stretch, kinds, owner, '{true}');
  ELSE
    RETURN posts_of_tag(stretch, kinds, tag);
  END IF;
END $$;

-- The same, by votes.
CREATE FUNCTION find_top_posts(
  stretch count_stretch, kinds boolean[], since timestamptz, until timestamptz,
  search text, in_title boolean, owner bigint, tag text, ids bigint[]
) RETURNS count_key[] LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF ids IS NOT NULL THEN
    RETURN top_posts_by_ids(stretch, kinds, ids, since, until, search, in_title, owner, tag);
  ELSIF search IS NOT NULL OR (owner IS NOT NULL AND tag IS NOT NULL)
    OR since > '-infinity' OR until < 'infinity' THEN
    RETURN search_top_posts(stretch, kinds, since, until, search, in_title, owner, tag);
  ELSIF owner IS NOT NULL THEN
    RETURN top_posts_of_owner(stretch, kinds, owner);
  ELSIF tag IS NOT NULL THEN
    RETURN top_posts_of_tag(stretch, kinds, tag);
  ELSE
    RETURN top_posts(stretch, kinds);
  END IF;
END $$;

-- The same without the posts of hidden people. Which posts those are stands in no index, so a few more are read than are
-- wanted, and twice as many again as long as too few are left of them.
CREATE FUNCTION find_shown_posts(
  stretch time_stretch, hidden hidden_people, kinds boolean[],
  search text, in_title boolean, owner bigint, tag text, ids bigint[]
) RETURNS time_key[] LANGUAGE plpgsql STABLE AS $$
DECLARE
  wanted CONSTANT integer := stretch.skip + stretch.row_limit;
  rest time_stretch := stretch;
  nearest time_key[];
  shown time_key[] := '{}';
BEGIN
  IF NOT hidden IS NULL AND is_hidden(owner, hidden) THEN
    RETURN '{}';
  ELSIF hidden IS NULL OR owner IS NOT NULL THEN
    RETURN find_posts(stretch, kinds, search, in_title, owner, tag, ids);
  END IF;
  rest.skip := 0;
  rest.row_limit := wanted + least(wanted, 20);
  LOOP
    nearest := find_posts(rest, kinds, search, in_title, owner, tag, ids);
    shown := shown || shown_keys(nearest, hidden);
    IF cardinality(shown) >= wanted OR cardinality(nearest) < rest.row_limit THEN
      RETURN shown[stretch.skip + 1 : wanted];
    END IF;
    rest := beyond(rest, nearest[rest.row_limit]);
    rest.row_limit := least(2 * rest.row_limit, 5000);
  END LOOP;
END $$;

CREATE FUNCTION find_shown_top_posts(
  stretch count_stretch, hidden hidden_people, kinds boolean[], since timestamptz, until timestamptz,
  search text, in_title boolean, owner bigint, tag text, ids bigint[]
) RETURNS count_key[] LANGUAGE plpgsql STABLE AS $$
DECLARE
  wanted CONSTANT integer := stretch.skip + stretch.row_limit;
  rest count_stretch := stretch;
  nearest count_key[];
  shown count_key[] := '{}';
BEGIN
  IF NOT hidden IS NULL AND is_hidden(owner, hidden) THEN
    RETURN '{}';
  ELSIF hidden IS NULL OR owner IS NOT NULL THEN
    RETURN find_top_posts(stretch, kinds, since, until, search, in_title, owner, tag, ids);
  END IF;
  rest.skip := 0;
  rest.row_limit := wanted + least(wanted, 20);
  LOOP
    nearest := find_top_posts(rest, kinds, since, until, search, in_title, owner, tag, ids);
    shown := shown || shown_keys(nearest, hidden);
    IF cardinality(shown) >= wanted OR cardinality(nearest) < rest.row_limit THEN
      RETURN shown[stretch.skip + 1 : wanted];
    END IF;
    rest := beyond(rest, nearest[rest.row_limit]);
    rest.row_limit := least(2 * rest.row_limit, 5000);
  END LOOP;
END $$;

-- How many posts of these kinds are among `posts` posts, of which `replies` are replies.
CREATE FUNCTION kept_count(kinds boolean[], posts bigint, replies bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN false = ANY (kinds) THEN posts - replies ELSE 0 END + CASE WHEN true = ANY (kinds) THEN replies ELSE 0 END
$$;

-- The size of a list: from a counter where one is kept (all posts, of a person, and of a tag where nobody is hidden), else
-- counted.
CREATE FUNCTION total_posts(
  whole time_stretch, hidden hidden_people, kinds boolean[], search text, in_title boolean, owner bigint, tag text, ids bigint[]
) RETURNS bigint LANGUAGE plpgsql STABLE AS $$
#variable_conflict use_column
DECLARE
  people bigint[];
BEGIN
  IF search IS NOT NULL OR ids IS NOT NULL OR (owner IS NOT NULL AND tag IS NOT NULL)
    OR (tag IS NOT NULL AND NOT hidden IS NULL) OR whole.low_at > '-infinity' OR whole.high_at < 'infinity' THEN
    RETURN counted(find_shown_posts(whole, hidden, kinds, search, in_title, owner, tag, ids));
  ELSIF NOT hidden IS NULL AND is_hidden(owner, hidden) THEN
    RETURN 0;
  ELSIF owner IS NOT NULL THEN
    RETURN coalesce((SELECT kept_count(kinds, users.posts, users.replies) FROM users WHERE users.id = owner), 0);
  ELSIF tag IS NOT NULL THEN
    RETURN coalesce(
      (SELECT kept_count(kinds, tags.posts, tags.replies) FROM tags WHERE tags.tag = total_posts.tag), 0);
  END IF;
  IF NOT hidden IS NULL THEN
    people := first_hidden(hidden.viewer, 10001);
  END IF;
  IF cardinality(people) > 10000 THEN
    RETURN NULL;
  END IF;
  RETURN (SELECT kept_count(kinds, sum(totals.posts), sum(totals.replies)) FROM totals) - coalesce((
    SELECT sum(kept_count(kinds, users.posts, users.replies))
      FROM unnest(people) AS person (id) CROSS JOIN LATERAL (
        SELECT users.posts, users.replies FROM users WHERE users.id = person.id OFFSET 0
      ) AS users), 0);
END $$;

-- Published posts by time, but for those of hidden people; every filter narrows the list. find_posts (above) chooses the
-- scan by the filters: for `search` it is search_posts in search.sql, which reads the nearest posts by find_posts without
-- the word (newest_posts in post_scans.sql) and the others by indexed_posts. post_page (above) makes the JSON: of each post
-- by post_view in posts.sql. `kinds` as in post_scans.sql; `author` is an id or a username; `since` and `until` are bounds
-- of the stretches.
CREATE FUNCTION list_posts(
  page time_stretch, kinds boolean[], before time_stretch DEFAULT NULL, whole time_stretch DEFAULT NULL,
  search text DEFAULT NULL, in_title boolean DEFAULT NULL, author text DEFAULT NULL, tag text DEFAULT NULL,
  ids bigint[] DEFAULT NULL, session uuid DEFAULT NULL, caller bigint DEFAULT NULL
) RETURNS json LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  viewer CONSTANT bigint := reader(session, caller);
  hidden CONSTANT hidden_people := hidden_from(viewer);
  owner CONSTANT bigint := CASE WHEN author IS NOT NULL THEN coalesce(person_id(author), 0) END;
  titles CONSTANT boolean := coalesce(in_title, false);
BEGIN
  RETURN post_page(
    viewer,
    find_shown_posts(page, hidden, kinds, search, titles, owner, tag, ids),
    page.row_limit,
    before IS NOT NULL AND find_shown_posts(before, hidden, kinds, search, titles, owner, tag, ids) <> '{}',
    CASE WHEN whole IS NOT NULL THEN total_posts(whole, hidden, kinds, search, titles, owner, tag, ids) END);
END $$;

-- Published posts, those with the most votes first. `since` is inclusive, `until` exclusive. The total is counted by time:
-- that list has the same rows.
CREATE FUNCTION list_top_posts(
  page count_stretch, kinds boolean[], before count_stretch DEFAULT NULL, whole time_stretch DEFAULT NULL,
  since timestamptz DEFAULT NULL, until timestamptz DEFAULT NULL,
  search text DEFAULT NULL, in_title boolean DEFAULT NULL, author text DEFAULT NULL, tag text DEFAULT NULL,
  ids bigint[] DEFAULT NULL, session uuid DEFAULT NULL, caller bigint DEFAULT NULL
) RETURNS json LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  viewer CONSTANT bigint := reader(session, caller);
  hidden CONSTANT hidden_people := hidden_from(viewer);
  owner CONSTANT bigint := CASE WHEN author IS NOT NULL THEN coalesce(person_id(author), 0) END;
  titles CONSTANT boolean := coalesce(in_title, false);
  low CONSTANT timestamptz := coalesce(since, '-infinity');
  high CONSTANT timestamptz := coalesce(until, 'infinity');
BEGIN
  RETURN post_page(
    viewer,
    find_shown_top_posts(page, hidden, kinds, low, high, search, titles, owner, tag, ids),
    page.row_limit,
    before IS NOT NULL AND find_shown_top_posts(before, hidden, kinds, low, high, search, titles, owner, tag, ids) <> '{}',
    CASE WHEN whole IS NOT NULL THEN total_posts(whole, hidden, kinds, search, titles, owner, tag, ids) END);
END $$;

-- The caller's own posts, replies included; with `published` only those that are, or only the drafts.
CREATE FUNCTION list_own_posts(
  page time_stretch, before time_stretch DEFAULT NULL, whole time_stretch DEFAULT NULL, published boolean DEFAULT NULL,
  session uuid DEFAULT NULL, caller bigint DEFAULT NULL
) RETURNS json LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  viewer CONSTANT bigint := reader(session, caller);
  kinds CONSTANT boolean[] := '{false,true}';
  states CONSTANT boolean[] := CASE WHEN published IS NULL THEN '{false,true}' ELSE ARRAY [published] END;
BEGIN
  RETURN post_page(
    viewer,
    posts_of_owner(page, kinds, viewer, states),
    page.row_limit,
    before IS NOT NULL AND posts_of_owner(before, kinds, viewer, states) <> '{}',
    CASE WHEN whole IS NOT NULL THEN counted(posts_of_owner(whole, kinds, viewer, states)) END);
END $$;

-- The posts of a person, who alone sees drafts among them; none of a hidden person. Null where there is no such person.
CREATE FUNCTION list_posts_of_user(
  person text, page time_stretch, kinds boolean[], before time_stretch DEFAULT NULL, whole time_stretch DEFAULT NULL,
  session uuid DEFAULT NULL, caller bigint DEFAULT NULL
) RETURNS json LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  viewer CONSTANT bigint := reader(session, caller);
  hidden CONSTANT hidden_people := hidden_from(viewer);
  owner users;
  states boolean[] := '{true}';
  total bigint;
BEGIN
  SELECT * INTO owner FROM users WHERE users.id = person_id(person);
  IF NOT FOUND THEN
    RETURN NULL;
  ELSIF owner.id = viewer THEN
    states := '{false,true}';
  ELSIF NOT hidden IS NULL AND is_hidden(owner.id, hidden) THEN
    RETURN post_page(viewer, '{}'::time_key[], page.row_limit, false, CASE WHEN whole IS NOT NULL THEN 0 END);
  END IF;
  IF whole IS NOT NULL THEN
    total := CASE
      WHEN owner.id = viewer THEN counted(posts_of_owner(whole, kinds, owner.id, states))
      ELSE kept_count(kinds, owner.posts, owner.replies)
    END;
  END IF;
  RETURN post_page(
    viewer,
    posts_of_owner(page, kinds, owner.id, states),
    page.row_limit,
    before IS NOT NULL AND posts_of_owner(before, kinds, owner.id, states) <> '{}',
    total);
END $$;

-- The posts that a person voted for, by the time of the vote. Null where there is no such person.
CREATE FUNCTION list_posts_voted_by(
  person text, page time_stretch, before time_stretch DEFAULT NULL, whole time_stretch DEFAULT NULL,
  session uuid DEFAULT NULL, caller bigint DEFAULT NULL
) RETURNS json LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  viewer CONSTANT bigint := reader(session, caller);
  hidden CONSTANT hidden_people := hidden_from(viewer);
  voter CONSTANT bigint := person_id(person);
BEGIN
  IF NOT is_person(voter) THEN
    RETURN NULL;
  END IF;
  RETURN post_page(
    viewer,
    posts_voted_by(page, hidden, voter),
    page.row_limit,
    before IS NOT NULL AND posts_voted_by(before, hidden, voter) <> '{}',
    CASE WHEN whole IS NOT NULL THEN counted(posts_voted_by(whole, hidden, voter)) END);
END $$;

-- The published replies to a post. Null where there is no such post for the caller.
CREATE FUNCTION list_replies(
  post bigint, page time_stretch, before time_stretch DEFAULT NULL, whole time_stretch DEFAULT NULL,
  session uuid DEFAULT NULL, caller bigint DEFAULT NULL
) RETURNS json LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  viewer CONSTANT bigint := reader(session, caller);
  hidden CONSTANT hidden_people := hidden_from(viewer);
BEGIN
  IF NOT is_visible(post, viewer) THEN
    RETURN NULL;
  END IF;
  RETURN post_page(
    viewer,
    replies_to(page, hidden, post),
    page.row_limit,
    before IS NOT NULL AND replies_to(before, hidden, post) <> '{}',
    CASE
      WHEN whole IS NULL THEN NULL
      WHEN hidden IS NULL THEN (SELECT post_counts.replies FROM post_counts WHERE post_counts.post_id = post)
      ELSE counted(replies_to(whole, hidden, post))
    END);
END $$;

-- The posts of the people whom the caller follows.
CREATE FUNCTION list_timeline(
  page time_stretch, kinds boolean[], include_self boolean,
  before time_stretch DEFAULT NULL, whole time_stretch DEFAULT NULL,
  session uuid DEFAULT NULL, caller bigint DEFAULT NULL
) RETURNS json LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  viewer CONSTANT bigint := reader(session, caller);
  hidden CONSTANT hidden_people := hidden_from(viewer);
BEGIN
  RETURN post_page(
    viewer,
    timeline_posts(page, hidden, kinds, viewer, include_self),
    page.row_limit,
    before IS NOT NULL AND timeline_posts(before, hidden, kinds, viewer, include_self) <> '{}',
    CASE WHEN whole IS NOT NULL THEN count_timeline(hidden, kinds, viewer, include_self, whole.row_limit) END);
END $$;
