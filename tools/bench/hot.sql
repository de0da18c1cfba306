-- After world.sql: everybody is signed in, so that each vote, reply and follow is by somebody else.
INSERT INTO sessions (id, user_id, token_digest, expires_at)
  SELECT ('00000000-0000-4000-8000-' || lpad(id::text, 12, '0'))::uuid, id, '\x00', now() + interval '1 day' FROM users
    WHERE NOT EXISTS (SELECT FROM sessions WHERE sessions.user_id = users.id);
