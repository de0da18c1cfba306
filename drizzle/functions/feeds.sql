-- Feeds: pages of the newest posts, and what an Atom feed says besides.

-- A page of the newest top-level posts, of all people, of one, or with a tag, as list_posts() answers it, with
-- `identity`, which tells this database from all others, and `user` where it is a person's. Null where there is no such person.
CREATE FUNCTION read_feed(
  page time_stretch, before time_stretch DEFAULT NULL, whole time_stretch DEFAULT NULL,
  person text DEFAULT NULL, tag text DEFAULT NULL, session uuid DEFAULT NULL, caller bigint DEFAULT NULL
) RETURNS json LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT
SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
  writer users;
BEGIN
  IF read_feed.person IS NOT NULL THEN
    SELECT * INTO writer FROM users WHERE users.id = person_id(read_feed.person);
    IF NOT FOUND THEN
      -- An ended session comes before a person who is not there.
      PERFORM reader(session, caller);
      RETURN NULL;
    END IF;
  END IF;
  RETURN joined(
    list_posts(
      page => read_feed.page, kinds => '{false}', before => read_feed.before, whole => read_feed.whole,
      author => writer.id::text, tag => read_feed.tag, session => read_feed.session, caller => read_feed.caller),
    json_build_object(
      'identity', (SELECT identity.id FROM identity),
      'user', CASE WHEN writer.id IS NOT NULL THEN json_build_object(
        'id', writer.id, 'username', writer.username, 'created_at', iso_time(writer.created_at)) END));
END $$;
