-- After world.sql: everybody follows the first person, so that the longest list of followers grows with the rest.
SET session_replication_role = replica;
WITH added AS (
  INSERT INTO follows (follower_id, followee_id)
    SELECT id, 1 FROM users
      WHERE id <> 1 AND NOT EXISTS (SELECT FROM follows WHERE follower_id = users.id AND followee_id = 1)
    RETURNING follower_id
)
UPDATE users SET following = following + 1 WHERE id IN (SELECT follower_id FROM added);
UPDATE users SET followers = (SELECT count(*) FROM follows WHERE followee_id = 1) WHERE id = 1;
