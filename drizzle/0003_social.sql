DROP INDEX "post_counts_top";--> statement-breakpoint
DROP INDEX "post_counts_top_of_owner";--> statement-breakpoint
DROP INDEX "post_tags_newest";--> statement-breakpoint
DROP INDEX "posts_of_owner";--> statement-breakpoint
ALTER TABLE "idempotency_keys" ALTER COLUMN "answer" SET DATA TYPE json;--> statement-breakpoint
ALTER TABLE "idempotency_keys" ALTER COLUMN "answer" DROP NOT NULL;--> statement-breakpoint
DELETE FROM "idempotency_keys";--> statement-breakpoint
ALTER TABLE "idempotency_keys" ADD COLUMN "post_id" bigint NOT NULL;--> statement-breakpoint
ALTER TABLE "post_tags" ADD COLUMN "reply" boolean;--> statement-breakpoint
UPDATE "post_tags" SET "reply" = "posts"."parent_id" IS NOT NULL FROM "posts" WHERE "posts"."id" = "post_tags"."post_id";--> statement-breakpoint
ALTER TABLE "post_tags" ALTER COLUMN "reply" SET NOT NULL;--> statement-breakpoint
CREATE INDEX "idempotency_keys_of_post" ON "idempotency_keys" USING btree ("post_id") WHERE "idempotency_keys"."answer" IS NOT NULL;--> statement-breakpoint
CREATE INDEX "posts_newest_replies" ON "posts" USING btree ("created_at","id") WHERE "posts"."published" AND "posts"."parent_id" IS NOT NULL;--> statement-breakpoint
CREATE INDEX "posts_of_owner_top_level" ON "posts" USING btree ("owner_id","created_at","id","published") WHERE "posts"."parent_id" IS NULL;--> statement-breakpoint
CREATE INDEX "posts_of_owner_replies" ON "posts" USING btree ("owner_id","created_at","id","published") WHERE "posts"."parent_id" IS NOT NULL;--> statement-breakpoint
CREATE INDEX "posts_search" ON "posts" USING gin (week_of("created_at"),post_grams("title", "content")) WHERE "posts"."published";--> statement-breakpoint
CREATE INDEX "users_search" ON "users" USING gin (week_of("created_at"),name_grams("username"));--> statement-breakpoint
CREATE INDEX "post_counts_top" ON "post_counts" USING btree ("reply","votes","post_id") WHERE "post_counts"."published";--> statement-breakpoint
CREATE INDEX "post_counts_top_of_owner" ON "post_counts" USING btree ("owner_id","reply","votes","post_id") WHERE "post_counts"."published";--> statement-breakpoint
CREATE INDEX "post_tags_newest" ON "post_tags" USING btree ("tag","reply","created_at","post_id");--> statement-breakpoint
CREATE INDEX "posts_of_owner" ON "posts" USING btree ("owner_id","created_at","id","published");