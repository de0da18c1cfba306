DROP TRIGGER votes_added ON votes;
DROP TRIGGER votes_deleted ON votes;
DROP TRIGGER follows_added ON follows;
DROP TRIGGER follows_deleted ON follows;
DROP TRIGGER post_tags_added ON post_tags;
DROP TRIGGER post_tags_deleted ON post_tags;
DROP TRIGGER users_added ON users;
DROP TRIGGER users_deleted ON users;
DROP TRIGGER users_leaving ON users;
DROP TRIGGER posts_added ON posts;
DROP TRIGGER posts_deleted ON posts;
DROP TRIGGER posts_edited ON posts;
DROP FUNCTION count_vote, count_deleted_votes, count_follow, count_deleted_follows, count_tag, count_deleted_tags,
  count_person, count_deleted_people, count_leaving_person, add_mentions, drafter, count_post, count_deleted_posts,
  count_edited_post, shard_of;
--> statement-breakpoint
DELETE FROM totals;
--> statement-breakpoint
DELETE FROM identity;
--> statement-breakpoint
ALTER TABLE users RESET (fillfactor);
