-- One statement: Postgres finds the order that the foreign keys between them ask for.
DROP TABLE attempts, codes, follows, idempotency_keys, post_ancestors, post_counts, post_mentions, post_tags,
  post_versions, posts, resting_usernames, sessions, tags, totals, users, votes;
