-- The schema of the FastAPI courses with :posts posts by a tenth as many people, and ten votes a post.
CREATE TABLE users (
  id serial PRIMARY KEY,
  email varchar NOT NULL UNIQUE,
  password varchar NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE posts (
  id serial PRIMARY KEY,
  title varchar NOT NULL,
  content varchar NOT NULL,
  published boolean NOT NULL DEFAULT true,
  created_at timestamptz NOT NULL DEFAULT now(),
  owner_id integer NOT NULL REFERENCES users (id) ON DELETE CASCADE
);
CREATE TABLE votes (
  user_id integer NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  post_id integer NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
  PRIMARY KEY (user_id, post_id)
);
INSERT INTO users (email, password) SELECT 'person' || n || '@example.com', '-' FROM generate_series(1, :posts / 10) AS n;
INSERT INTO posts (title, content, owner_id)
  SELECT 'Note ' || n, 'Seen on the way to work, number ' || n || ': ' || md5(n::text) || ' ' || md5((n * 7)::text), 1 + n::bigint * 7919 % (:posts / 10)
    FROM generate_series(1, :posts) AS n;
INSERT INTO votes SELECT 1 + (id * 104729::bigint + j * 7919) % (:posts / 10), id FROM posts, generate_series(1, 10) AS j;
