-- Substrings, found through an index. A text is known by the runs of three characters that begin at each of its
-- places (shorter ones at its end), in lower case; a word of three or more is in it only if all runs of the word are,
-- and a shorter one only if a run begins with it. Any character counts, so that Chinese and emoji are found as well.
-- The index narrows; the text itself decides. Names are qualified: Postgres analyses an index under a search path of its own.

CREATE EXTENSION IF NOT EXISTS btree_gin;
--> statement-breakpoint

CREATE FUNCTION grams(words text) RETURNS text[] LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
  letters CONSTANT text[] := string_to_array(lower(words), NULL);
BEGIN
  RETURN (
    SELECT coalesce(array_agg(a || coalesce(b, '') || coalesce(c, '')), '{}')
      FROM unnest(letters, letters[2:], letters[3:]) AS run(a, b, c)
  );
END $$;
--> statement-breakpoint

-- What stands before the runs of a title: no word is likely to hold it. Titles of replies have a sign of their own, or a
-- search in the few titles of replies would read all of the others, the whole of them for one or two letters.
CREATE FUNCTION title_sign(reply boolean) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN reply THEN E'\x04' ELSE E'\x01' END
$$;
--> statement-breakpoint

-- The runs of a title stand there twice, once behind its sign: a search in titles asks for those. Behind other signs
-- stand the tags and the owner, so that the index answers for all of them at once.
CREATE FUNCTION post_grams(title text, content text, tags text[], owner bigint, reply boolean) RETURNS tsvector
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 10000 AS $$
DECLARE
  marks CONSTANT text[] := ARRAY (SELECT E'\x02' || tag FROM unnest(tags) AS tag) || (E'\x03' || owner);
  sign CONSTANT text := public.title_sign(reply);
  own text[];
BEGIN
  IF title IS NULL THEN
    RETURN array_to_tsvector(public.grams(content) || marks);
  END IF;
  own := public.grams(title);
  RETURN array_to_tsvector(public.grams(content) || marks || own || ARRAY (SELECT sign || run FROM unnest(own) AS run));
END $$;
--> statement-breakpoint

CREATE FUNCTION name_grams(username text) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 1000 AS $$
BEGIN
  RETURN array_to_tsvector(public.grams(username));
END $$;
--> statement-breakpoint

-- A lexeme as it stands in a tsquery.
CREATE FUNCTION quote_lexeme(lexeme text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT '''' || replace(replace(lexeme, '\', '\\'), '''', '''''') || ''''
$$;
--> statement-breakpoint

-- What the index is asked for: every run of three of a word, or what runs must begin with when it is shorter.
CREATE FUNCTION grams_query(word text, sign text) RETURNS tsquery LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
  short CONSTANT boolean := length(word) < 3;
BEGIN
  RETURN (
    SELECT string_agg(public.quote_lexeme(sign || run) || CASE WHEN short THEN ':*' ELSE '' END, ' & ')
      FROM (SELECT DISTINCT run FROM unnest(CASE WHEN short THEN ARRAY [left(lower(word), 3)] ELSE public.grams(word) END) AS run) AS runs
      WHERE short OR length(run) = 3
  )::tsquery;
END $$;
--> statement-breakpoint

-- The week of a time: a search reads the index a week at a time, newest first, and stops when its page is full.
CREATE FUNCTION week_of(moment timestamptz) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT floor(extract(epoch FROM moment AT TIME ZONE 'UTC') / 604800)::integer
$$;
--> statement-breakpoint

-- The day of a time: the top of a stretch of time is read a day at a time.
CREATE FUNCTION day_of(moment timestamptz) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT floor(extract(epoch FROM moment AT TIME ZONE 'UTC') / 86400)::integer
$$;
