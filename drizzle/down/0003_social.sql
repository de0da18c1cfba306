DROP INDEX idempotency_keys_of_post, posts_newest_replies, posts_of_owner_top_level, posts_of_owner_replies, posts_search,
  users_search, post_counts_top, post_counts_top_of_owner, post_tags_newest, posts_of_owner;
--> statement-breakpoint
ALTER TABLE idempotency_keys DROP COLUMN post_id;
--> statement-breakpoint
-- A key whose post is gone has no answer to go back with.
DELETE FROM idempotency_keys WHERE answer IS NULL;
--> statement-breakpoint
ALTER TABLE idempotency_keys ALTER COLUMN answer SET DATA TYPE jsonb, ALTER COLUMN answer SET NOT NULL;
--> statement-breakpoint
ALTER TABLE post_tags DROP COLUMN reply;
--> statement-breakpoint
CREATE INDEX "post_counts_top" ON "post_counts" USING btree ("votes","post_id") WHERE "post_counts"."published";
--> statement-breakpoint
CREATE INDEX "post_counts_top_of_owner" ON "post_counts" USING btree ("owner_id","votes","post_id") WHERE "post_counts"."published";
--> statement-breakpoint
CREATE INDEX "post_tags_newest" ON "post_tags" USING btree ("tag","created_at","post_id");
--> statement-breakpoint
CREATE INDEX "posts_of_owner" ON "posts" USING btree ("owner_id","created_at","id");
