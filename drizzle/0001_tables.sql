CREATE TABLE "attempts" (
	"key" text PRIMARY KEY NOT NULL,
	"count" integer NOT NULL,
	"blocked_until" timestamp (3) with time zone,
	"expires_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "audit_entries" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "audit_entries_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"admin_id" bigint,
	"action" text NOT NULL,
	"post_id" bigint,
	"user_id" bigint NOT NULL,
	"report_id" bigint,
	"reason" text,
	"reports_left" boolean DEFAULT false NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "audit_entries_action" CHECK ("audit_entries"."action" IN ('post_deleted', 'user_deleted', 'user_promoted', 'user_demoted', 'report_resolved', 'report_reopened'))
);
--> statement-breakpoint
CREATE TABLE "blocks" (
	"user_id" bigint NOT NULL,
	"other_id" bigint NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "blocks_user_id_other_id_pk" PRIMARY KEY("user_id","other_id"),
	CONSTRAINT "blocks_not_self" CHECK ("blocks"."user_id" <> "blocks"."other_id")
);
--> statement-breakpoint
CREATE TABLE "bookmarks" (
	"user_id" bigint NOT NULL,
	"post_id" bigint NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "bookmarks_user_id_post_id_pk" PRIMARY KEY("user_id","post_id")
);
--> statement-breakpoint
CREATE TABLE "codes" (
	"user_id" bigint NOT NULL,
	"purpose" text NOT NULL,
	"email" text NOT NULL,
	"salt" "bytea" NOT NULL,
	"digest" "bytea" NOT NULL,
	"tries" smallint DEFAULT 0 NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "codes_user_id_purpose_pk" PRIMARY KEY("user_id","purpose"),
	CONSTRAINT "codes_purpose" CHECK ("codes"."purpose" IN ('password', 'email'))
);
--> statement-breakpoint
CREATE TABLE "follows" (
	"follower_id" bigint NOT NULL,
	"followee_id" bigint NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "follows_follower_id_followee_id_pk" PRIMARY KEY("follower_id","followee_id"),
	CONSTRAINT "follows_not_self" CHECK ("follows"."follower_id" <> "follows"."followee_id")
);
--> statement-breakpoint
CREATE TABLE "idempotency_keys" (
	"user_id" bigint NOT NULL,
	"key" text NOT NULL,
	"digest" "bytea" NOT NULL,
	"post_id" bigint NOT NULL,
	"answer" json,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "idempotency_keys_user_id_key_pk" PRIMARY KEY("user_id","key")
);
--> statement-breakpoint
CREATE TABLE "identity" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "mutes" (
	"user_id" bigint NOT NULL,
	"other_id" bigint NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "mutes_user_id_other_id_pk" PRIMARY KEY("user_id","other_id"),
	CONSTRAINT "mutes_not_self" CHECK ("mutes"."user_id" <> "mutes"."other_id")
);
--> statement-breakpoint
CREATE TABLE "post_ancestors" (
	"ancestor_id" bigint NOT NULL,
	"post_id" bigint NOT NULL,
	"distance" smallint NOT NULL,
	"drafted_by" bigint NOT NULL,
	CONSTRAINT "post_ancestors_post_id_distance_pk" PRIMARY KEY("post_id","distance")
);
--> statement-breakpoint
CREATE TABLE "post_counts" (
	"post_id" bigint PRIMARY KEY NOT NULL,
	"owner_id" bigint NOT NULL,
	"published" boolean NOT NULL,
	"reply" boolean NOT NULL,
	"day" integer NOT NULL,
	"votes" integer DEFAULT 0 NOT NULL,
	"replies" integer DEFAULT 0 NOT NULL,
	"tagged" boolean DEFAULT false NOT NULL
);
--> statement-breakpoint
CREATE TABLE "post_mentions" (
	"user_id" bigint NOT NULL,
	"post_id" bigint NOT NULL,
	"listed_at" timestamp (3) with time zone NOT NULL,
	"notifies" boolean NOT NULL,
	CONSTRAINT "post_mentions_post_id_user_id_pk" PRIMARY KEY("post_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "post_tags" (
	"tag" text NOT NULL,
	"post_id" bigint NOT NULL,
	"listed_at" timestamp (3) with time zone NOT NULL,
	"reply" boolean NOT NULL,
	"votes" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "post_tags_post_id_tag_pk" PRIMARY KEY("post_id","tag")
);
--> statement-breakpoint
CREATE TABLE "post_versions" (
	"post_id" bigint NOT NULL,
	"version" integer NOT NULL,
	"title" text,
	"content" text NOT NULL,
	"tags" text[] NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"mentioned_ids" bigint[],
	CONSTRAINT "post_versions_post_id_version_pk" PRIMARY KEY("post_id","version")
);
--> statement-breakpoint
CREATE TABLE "posts" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "posts_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"owner_id" bigint NOT NULL,
	"parent_id" bigint,
	"answered_id" bigint,
	"reply" boolean GENERATED ALWAYS AS (parent_id IS NOT NULL) STORED NOT NULL,
	"title" text,
	"content" text NOT NULL,
	"folded_title" text GENERATED ALWAYS AS (CASE WHEN octet_length(title) <> length(title) THEN fold(title) END) STORED,
	"folded_content" text GENERATED ALWAYS AS (CASE WHEN octet_length(content) <> length(content) THEN fold(content) END) STORED,
	"tags" text[] DEFAULT '{}' NOT NULL,
	"published" boolean DEFAULT true NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"published_at" timestamp (3) with time zone,
	"listed_at" timestamp (3) with time zone GENERATED ALWAYS AS (coalesce(published_at, created_at)) STORED NOT NULL,
	"edited_at" timestamp (3) with time zone,
	"hashtags" text[],
	"given_tags" text[],
	"mentioned_ids" bigint[],
	CONSTRAINT "posts_given_tags" CHECK (("posts"."hashtags" IS NULL) = ("posts"."given_tags" IS NULL)),
	CONSTRAINT "posts_published_at" CHECK (NOT "posts"."published" OR "posts"."published_at" IS NOT NULL)
);
--> statement-breakpoint
CREATE TABLE "reports" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "reports_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"reporter_id" bigint NOT NULL,
	"post_id" bigint,
	"user_id" bigint NOT NULL,
	"reason" text NOT NULL,
	"comment" text,
	"open" boolean DEFAULT true NOT NULL,
	"note" text,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"resolved_at" timestamp (3) with time zone,
	"resolved_by" bigint,
	CONSTRAINT "reports_not_self" CHECK ("reports"."reporter_id" <> "reports"."user_id"),
	CONSTRAINT "reports_reason" CHECK ("reports"."reason" IN ('spam', 'abuse', 'illegal', 'other')),
	CONSTRAINT "reports_resolved" CHECK ("reports"."open" = ("reports"."resolved_at" IS NULL))
);
--> statement-breakpoint
CREATE TABLE "resting_usernames" (
	"digest" "bytea" PRIMARY KEY NOT NULL,
	"former_owner" bigint,
	"expires_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"user_id" bigint NOT NULL,
	"token_digest" "bytea" NOT NULL,
	"previous_digest" "bytea",
	"sealed_successor" "bytea",
	"rotated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"user_agent" text,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"last_used_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "tags" (
	"tag" text PRIMARY KEY NOT NULL,
	"posts" integer NOT NULL,
	"replies" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "totals" (
	"shard" smallint PRIMARY KEY NOT NULL,
	"people" integer DEFAULT 0 NOT NULL,
	"posts" integer DEFAULT 0 NOT NULL,
	"replies" integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "users" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "users_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"email" text,
	"email_verified" boolean DEFAULT false NOT NULL,
	"username" text,
	"password_hash" text,
	"role" text DEFAULT 'user' NOT NULL,
	"bio" text,
	"avatar_url" text,
	"posts" integer DEFAULT 0 NOT NULL,
	"replies" integer DEFAULT 0 NOT NULL,
	"followers" integer DEFAULT 0 NOT NULL,
	"following" integer DEFAULT 0 NOT NULL,
	"notifications_read_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"deleted_at" timestamp (3) with time zone,
	CONSTRAINT "users_role" CHECK ("users"."role" IN ('user', 'admin')),
	CONSTRAINT "users_deleted_at" CHECK (num_nulls("users"."email", "users"."username", "users"."password_hash") = CASE WHEN "users"."deleted_at" IS NULL THEN 0 ELSE 3 END)
);
--> statement-breakpoint
CREATE TABLE "votes" (
	"user_id" bigint NOT NULL,
	"post_id" bigint NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"owner_id" bigint,
	CONSTRAINT "votes_user_id_post_id_pk" PRIMARY KEY("user_id","post_id")
);
--> statement-breakpoint
ALTER TABLE "blocks" ADD CONSTRAINT "blocks_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "blocks" ADD CONSTRAINT "blocks_other_id_users_id_fk" FOREIGN KEY ("other_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bookmarks" ADD CONSTRAINT "bookmarks_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bookmarks" ADD CONSTRAINT "bookmarks_post_id_posts_id_fk" FOREIGN KEY ("post_id") REFERENCES "public"."posts"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "codes" ADD CONSTRAINT "codes_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "follows" ADD CONSTRAINT "follows_follower_id_users_id_fk" FOREIGN KEY ("follower_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "follows" ADD CONSTRAINT "follows_followee_id_users_id_fk" FOREIGN KEY ("followee_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "idempotency_keys" ADD CONSTRAINT "idempotency_keys_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "mutes" ADD CONSTRAINT "mutes_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "mutes" ADD CONSTRAINT "mutes_other_id_users_id_fk" FOREIGN KEY ("other_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "post_ancestors" ADD CONSTRAINT "post_ancestors_post_id_posts_id_fk" FOREIGN KEY ("post_id") REFERENCES "public"."posts"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "post_counts" ADD CONSTRAINT "post_counts_post_id_posts_id_fk" FOREIGN KEY ("post_id") REFERENCES "public"."posts"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "post_mentions" ADD CONSTRAINT "post_mentions_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "post_mentions" ADD CONSTRAINT "post_mentions_post_id_posts_id_fk" FOREIGN KEY ("post_id") REFERENCES "public"."posts"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "post_tags" ADD CONSTRAINT "post_tags_post_id_posts_id_fk" FOREIGN KEY ("post_id") REFERENCES "public"."posts"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "post_versions" ADD CONSTRAINT "post_versions_post_id_posts_id_fk" FOREIGN KEY ("post_id") REFERENCES "public"."posts"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "posts" ADD CONSTRAINT "posts_owner_id_users_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reports" ADD CONSTRAINT "reports_reporter_id_users_id_fk" FOREIGN KEY ("reporter_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reports" ADD CONSTRAINT "reports_resolved_by_users_id_fk" FOREIGN KEY ("resolved_by") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "resting_usernames" ADD CONSTRAINT "resting_usernames_former_owner_users_id_fk" FOREIGN KEY ("former_owner") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "votes" ADD CONSTRAINT "votes_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "votes" ADD CONSTRAINT "votes_post_id_posts_id_fk" FOREIGN KEY ("post_id") REFERENCES "public"."posts"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "attempts_expiry" ON "attempts" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "audit_entries_unfinished" ON "audit_entries" USING btree ("id") WHERE "audit_entries"."reports_left";--> statement-breakpoint
CREATE INDEX "audit_entries_newest" ON "audit_entries" USING btree ("created_at","id");--> statement-breakpoint
CREATE INDEX "audit_entries_of_admin" ON "audit_entries" USING btree ("admin_id","id");--> statement-breakpoint
CREATE INDEX "blocks_of_user" ON "blocks" USING btree ("user_id","created_at","other_id");--> statement-breakpoint
CREATE INDEX "blocks_of_other" ON "blocks" USING btree ("other_id","user_id");--> statement-breakpoint
CREATE INDEX "bookmarks_of_user" ON "bookmarks" USING btree ("user_id","created_at","post_id");--> statement-breakpoint
CREATE INDEX "bookmarks_of_post" ON "bookmarks" USING btree ("post_id","user_id");--> statement-breakpoint
CREATE INDEX "codes_expiry" ON "codes" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "follows_following" ON "follows" USING btree ("follower_id","created_at","followee_id");--> statement-breakpoint
CREATE INDEX "follows_followers" ON "follows" USING btree ("followee_id","created_at","follower_id");--> statement-breakpoint
CREATE INDEX "idempotency_keys_created" ON "idempotency_keys" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "idempotency_keys_of_post" ON "idempotency_keys" USING btree ("post_id") WHERE "idempotency_keys"."answer" IS NOT NULL;--> statement-breakpoint
CREATE INDEX "mutes_of_user" ON "mutes" USING btree ("user_id","created_at","other_id");--> statement-breakpoint
CREATE INDEX "mutes_of_other" ON "mutes" USING btree ("other_id","user_id");--> statement-breakpoint
CREATE INDEX "post_ancestors_beneath" ON "post_ancestors" USING btree ("ancestor_id","drafted_by","post_id");--> statement-breakpoint
CREATE INDEX "post_counts_top" ON "post_counts" USING btree ("reply","votes","post_id") WHERE "post_counts"."published";--> statement-breakpoint
CREATE INDEX "post_counts_top_of_day" ON "post_counts" USING btree ("reply","day","votes","post_id") WHERE "post_counts"."published";--> statement-breakpoint
CREATE INDEX "post_counts_top_of_owner" ON "post_counts" USING btree ("owner_id","reply","votes","post_id") WHERE "post_counts"."published";--> statement-breakpoint
CREATE INDEX "post_mentions_of_user" ON "post_mentions" USING btree ("user_id","notifies","listed_at","post_id");--> statement-breakpoint
CREATE INDEX "post_tags_newest" ON "post_tags" USING btree ("tag","reply","listed_at","post_id");--> statement-breakpoint
CREATE INDEX "post_tags_top" ON "post_tags" USING btree ("tag","reply","votes","post_id");--> statement-breakpoint
CREATE INDEX "posts_newest" ON "posts" USING btree ("reply","listed_at","id") WHERE "posts"."published";--> statement-breakpoint
CREATE INDEX "posts_of_owner" ON "posts" USING btree ("owner_id","published","reply","listed_at","id");--> statement-breakpoint
CREATE INDEX "posts_search" ON "posts" USING gin (week_of("listed_at"),post_grams("title", "content", "tags", "owner_id", "reply")) WITH (fastupdate=false) WHERE "posts"."published";--> statement-breakpoint
CREATE INDEX "posts_replies" ON "posts" USING btree ("parent_id","listed_at","id") WHERE "posts"."published" AND "posts"."parent_id" IS NOT NULL;--> statement-breakpoint
CREATE INDEX "posts_answering" ON "posts" USING btree ("answered_id","listed_at","id") WHERE "posts"."published" AND "posts"."answered_id" IS NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX "reports_of_post" ON "reports" USING btree ("post_id","reporter_id") WHERE "reports"."post_id" IS NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX "reports_of_person" ON "reports" USING btree ("user_id","reporter_id") WHERE "reports"."post_id" IS NULL;--> statement-breakpoint
CREATE INDEX "reports_newest" ON "reports" USING btree ("open","created_at","id");--> statement-breakpoint
CREATE INDEX "reports_about" ON "reports" USING btree ("user_id","post_id") WHERE "reports"."open";--> statement-breakpoint
CREATE INDEX "reports_of_reporter" ON "reports" USING btree ("reporter_id","id");--> statement-breakpoint
CREATE INDEX "reports_resolved_by" ON "reports" USING btree ("resolved_by");--> statement-breakpoint
CREATE INDEX "resting_usernames_of_user" ON "resting_usernames" USING btree ("former_owner");--> statement-breakpoint
CREATE INDEX "resting_usernames_expiry" ON "resting_usernames" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "sessions_of_user" ON "sessions" USING btree ("user_id","created_at","id");--> statement-breakpoint
CREATE INDEX "sessions_expiry" ON "sessions" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "tags_most_used" ON "tags" USING btree ((-"posts"),"tag" COLLATE "C") WHERE "tags"."posts" > 0;--> statement-breakpoint
CREATE UNIQUE INDEX "users_email_key" ON "users" USING btree (fold("email"));--> statement-breakpoint
CREATE UNIQUE INDEX "users_username_key" ON "users" USING btree (fold("username"));--> statement-breakpoint
CREATE INDEX "users_newest" ON "users" USING btree ("created_at","id") WHERE "users"."deleted_at" IS NULL;--> statement-breakpoint
CREATE INDEX "users_deleted" ON "users" USING btree ("deleted_at","id") WHERE "users"."deleted_at" IS NOT NULL;--> statement-breakpoint
CREATE INDEX "users_search" ON "users" USING gin (week_of("created_at"),name_grams("username")) WITH (fastupdate=false);--> statement-breakpoint
CREATE INDEX "users_bcrypt" ON "users" USING btree (substr("password_hash", 5, 2)) WHERE "users"."password_hash" LIKE '$2%';--> statement-breakpoint
CREATE INDEX "votes_for_owner" ON "votes" USING btree ("owner_id",day_of("created_at"),"post_id","created_at") WHERE "votes"."owner_id" IS NOT NULL;--> statement-breakpoint
CREATE INDEX "votes_of_user" ON "votes" USING btree ("user_id","created_at","post_id");--> statement-breakpoint
CREATE INDEX "votes_of_post" ON "votes" USING btree ("post_id","created_at","user_id");