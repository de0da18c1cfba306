DROP TRIGGER votes_added ON votes;
DROP TRIGGER votes_removed ON votes;
DROP TRIGGER follows_added ON follows;
DROP TRIGGER follows_removed ON follows;
DROP TRIGGER post_tags_added ON post_tags;
DROP TRIGGER post_tags_removed ON post_tags;
DROP TRIGGER users_added ON users;
DROP TRIGGER users_removed ON users;
DROP TRIGGER posts_added ON posts;
DROP TRIGGER posts_removed ON posts;
DROP TRIGGER posts_edited ON posts;
DROP FUNCTION count_votes, count_follows, count_tags, count_people, count_posts, count_posts_edited, shard_of, hold_person,
  caller_of_session, writer_of_session;
