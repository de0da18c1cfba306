-- One statement: Postgres finds the order that the foreign keys between them ask for.
DROP TABLE attempts, audit_entries, blocks, bookmarks, codes, follows, idempotency_keys, mutes, post_ancestors, post_counts,
  post_mentions, post_tags, post_versions, posts, reports, resting_usernames, sessions, tags, totals, users, votes;
