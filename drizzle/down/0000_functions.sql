DROP FUNCTION post_grams, title_sign, name_grams, grams_query, quote_lexeme, grams, username_digest, fold, fold_unicode, week_of, day_of;
--> statement-breakpoint
DROP EXTENSION btree_gin;
