-- Who doesn't want to see whom.

-- Whether one of these two people blocks the other.
CREATE FUNCTION is_blocked(one bigint, other bigint) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN EXISTS (SELECT FROM blocks WHERE blocks.user_id = one AND blocks.other_id = other)
    OR EXISTS (SELECT FROM blocks WHERE blocks.user_id = other AND blocks.other_id = one);
END $$;

-- The people whose posts this person does not see in lists: those they block or mute, and those who block them. Null for
-- none, as for an anonymous viewer.
CREATE FUNCTION hidden_people(viewer bigint) RETURNS bigint[] LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF viewer IS NULL THEN
    RETURN NULL;
  END IF;
  RETURN nullif(ARRAY (
    SELECT blocks.other_id FROM blocks WHERE blocks.user_id = viewer
    UNION SELECT blocks.user_id FROM blocks WHERE blocks.other_id = viewer
    UNION SELECT mutes.other_id FROM mutes WHERE mutes.user_id = viewer), '{}');
END $$;
