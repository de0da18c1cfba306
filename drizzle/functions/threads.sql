-- The thread around a post.

-- The weight of what a post says as JSON, in bytes. A mention has at most 70.
CREATE FUNCTION json_bytes(title text, content text, tags text[], mentioned bigint[]) RETURNS bigint
LANGUAGE sql STABLE AS $$
  SELECT octet_length(to_json(content)::text)::bigint + coalesce(octet_length(to_json(title)::text), 0)
    + octet_length(array_to_string(tags, '')) + coalesce(70 * cardinality(mentioned), 0)
$$;

-- Whether the viewer may read something farther up than `post_ancestors` says, which ends after `depth_max` levels: read
-- on from the highest post that is still there, which may itself be hidden, for a thousand levels at most.
CREATE FUNCTION reads_higher(post bigint, viewer bigint, hidden hidden_people, depth_max integer) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
DECLARE
  step bigint := post;
  climbed integer := 0;
  highest record;
BEGIN
  WHILE climbed <= 1000 LOOP
    IF EXISTS (
      SELECT FROM post_ancestors AS line CROSS JOIN LATERAL (
          SELECT FROM posts
            WHERE posts.id = line.ancestor_id AND (posts.published OR posts.owner_id = viewer)
              AND (hidden IS NULL OR NOT EXISTS (SELECT FROM reasons_to_hide(posts.owner_id, hidden))) OFFSET 0
        ) AS ancestor
        WHERE line.post_id = step AND climbed + line.distance > depth_max
    ) THEN
      RETURN true;
    END IF;
    SELECT ancestor.id, line.distance INTO highest
      FROM post_ancestors AS line CROSS JOIN LATERAL (
        SELECT posts.id FROM posts WHERE posts.id = line.ancestor_id OFFSET 0
      ) AS ancestor
      WHERE line.post_id = step ORDER BY line.distance DESC LIMIT 1;
    IF NOT FOUND THEN
      RETURN false;
    END IF;
    step := highest.id;
    climbed := climbed + highest.distance;
  END LOOP;
  RETURN false;
END $$;

-- The same beneath, from the last ten levels: enough unless as many posts were deleted or unpublished in a row just there.
-- `drafters` as in read_thread. The ids of what is beneath are asked for first and in order, which an index alone can
-- answer: where most replies of a service are beneath one post, Postgres takes any post for that one, and would read the
-- whole table.
CREATE FUNCTION reads_deeper(
  post bigint, viewer bigint, drafters bigint[], hidden hidden_people, depth_max integer
) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (
    SELECT true
      FROM unnest(drafters) AS drafter CROSS JOIN LATERAL (
        SELECT below.post_id FROM post_ancestors AS below
          WHERE below.ancestor_id = post AND below.drafted_by = drafter ORDER BY below.post_id OFFSET 0
      ) AS below CROSS JOIN LATERAL (
        SELECT line.distance FROM post_ancestors AS line
          WHERE line.ancestor_id = post AND line.drafted_by = drafter AND line.post_id = below.post_id
            AND line.distance > depth_max - 10 OFFSET 0
      ) AS low CROSS JOIN unnest(drafters) AS deeper_drafter CROSS JOIN LATERAL (
        SELECT line.post_id FROM post_ancestors AS line
          WHERE line.ancestor_id = below.post_id AND line.drafted_by = deeper_drafter
            AND line.distance > depth_max - low.distance OFFSET 0
      ) AS deeper CROSS JOIN LATERAL (
        SELECT FROM posts
          WHERE posts.id = deeper.post_id AND (posts.published OR posts.owner_id = viewer)
            AND (hidden IS NULL OR NOT EXISTS (SELECT FROM reasons_to_hide(posts.owner_id, hidden))) OFFSET 0
      ) AS reply
      LIMIT 1
  ) IS NOT NULL;
END $$;

-- `{ ancestors, post, descendants, truncated: { ancestors, descendants } }`: at most `posts_max` posts beneath, `depth_max`
-- levels either way, and `bytes_max` bytes of text above and as many beneath, the nearest ancestors and the oldest posts
-- beneath. Deleted posts and those of hidden people are left out; replies to them are not. The post itself is shown,
-- whoever wrote it. Null where there is no such post for the caller.
CREATE FUNCTION read_thread(
  post bigint, posts_max integer, depth_max integer, bytes_max integer,
  session uuid DEFAULT NULL, caller bigint DEFAULT NULL
) RETURNS json LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  viewer CONSTANT bigint := reader(session, caller);
  hidden CONSTANT hidden_people := hidden_from(viewer);
  -- What is published, and the viewer's own drafts.
  drafters CONSTANT bigint[] := array_remove(ARRAY [0, viewer], NULL);
  ancestors json;
  ancestors_cut boolean;
  descendants json;
  descendants_cut boolean;
BEGIN
  IF NOT is_visible(post, viewer) THEN
    RETURN NULL;
  END IF;

  SELECT coalesce(json_agg(seen.item ORDER BY above.distance DESC) FILTER (WHERE seen.item IS NOT NULL), '[]'),
         coalesce(bool_or(NOT above.fits), false)
    INTO ancestors, ancestors_cut
    FROM (
      SELECT posts.id, line.distance,
             sum(json_bytes(posts.title, posts.content, posts.tags, posts.mentioned_ids)) OVER (ORDER BY line.distance) <= bytes_max AS fits
        FROM post_ancestors AS line CROSS JOIN LATERAL (
          SELECT * FROM posts
            WHERE posts.id = line.ancestor_id AND (posts.published OR posts.owner_id = viewer)
              AND (hidden IS NULL OR NOT EXISTS (SELECT FROM reasons_to_hide(posts.owner_id, hidden))) OFFSET 0
        ) AS posts
        WHERE line.post_id = post
    ) AS above
    LEFT JOIN LATERAL post_view(CASE WHEN above.fits THEN above.id END, viewer) AS seen ON true;

  SELECT coalesce(json_agg(seen.item ORDER BY beneath.id) FILTER (WHERE seen.item IS NOT NULL), '[]'),
         coalesce(bool_or(NOT beneath.fits), false)
    INTO descendants, descendants_cut
    FROM (
      SELECT posts.id,
             row_number() OVER so_far <= posts_max
               AND sum(json_bytes(posts.title, posts.content, posts.tags, posts.mentioned_ids)) OVER so_far <= bytes_max AS fits
        FROM (
          SELECT posts.*
            FROM unnest(drafters) AS drafter CROSS JOIN LATERAL (
              SELECT posts.id, posts.title, posts.content, posts.tags, posts.mentioned_ids
                FROM post_ancestors AS below CROSS JOIN LATERAL (
                  SELECT * FROM posts
                    WHERE posts.id = below.post_id
                      AND (hidden IS NULL OR NOT EXISTS (SELECT FROM reasons_to_hide(posts.owner_id, hidden))) OFFSET 0
                ) AS posts
                WHERE below.ancestor_id = post AND below.drafted_by = drafter ORDER BY below.post_id LIMIT posts_max + 1
            ) AS posts
            ORDER BY posts.id LIMIT posts_max + 1
        ) AS posts
        WINDOW so_far AS (ORDER BY posts.id)
    ) AS beneath
    LEFT JOIN LATERAL post_view(CASE WHEN beneath.fits THEN beneath.id END, viewer) AS seen ON true;

  RETURN json_build_object(
    'ancestors', ancestors,
    'post', (SELECT seen.item FROM post_view(post, viewer) AS seen),
    'descendants', descendants,
    'truncated', json_build_object(
      'ancestors', ancestors_cut OR reads_higher(post, viewer, hidden, depth_max),
      'descendants', descendants_cut OR reads_deeper(post, viewer, drafters, hidden, depth_max)));
END $$;
