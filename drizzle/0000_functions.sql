-- The functions that indexes use. Names are qualified, because Postgres runs them with a search path of its own when it
-- builds or analyses an index.

CREATE EXTENSION IF NOT EXISTS btree_gin;
--> statement-breakpoint

-- The form in which texts are compared: NFC with Unicode's full case folding (CaseFolding.txt, statuses C and F), so that
-- "STRASSE" equals "straße" and NFD equals NFC. In NFD, lower() meets no precomposed letter of several characters.
CREATE FUNCTION fold_unicode(words text) RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS $$
DECLARE
  folded text;
BEGIN
  folded := translate(lower(normalize(words, NFD)), U&'\03C2\017F\03D0\03D1\03D5\03D6\03F0\03F1\03F5\00B5\0345', 'σsβθφπκρεμι');
  IF folded ~ U&'[\00DF\0149\0587\1E9A\FB00-\FB06\FB13-\FB17]' THEN
    folded := replace(folded, 'ß', 'ss');
    folded := replace(folded, U&'\0149', U&'\02BCn');
    folded := replace(folded, U&'\0587', U&'\0565\0582');
    folded := replace(folded, U&'\1E9A', U&'a\02BE');
    folded := replace(folded, U&'\FB03', 'ffi');
    folded := replace(folded, U&'\FB04', 'ffl');
    folded := replace(folded, U&'\FB00', 'ff');
    folded := replace(folded, U&'\FB01', 'fi');
    folded := replace(folded, U&'\FB02', 'fl');
    folded := replace(replace(folded, U&'\FB05', 'st'), U&'\FB06', 'st');
    folded := replace(folded, U&'\FB13', U&'\0574\0576');
    folded := replace(folded, U&'\FB14', U&'\0574\0565');
    folded := replace(folded, U&'\FB15', U&'\0574\056B');
    folded := replace(folded, U&'\FB16', U&'\057E\0576');
    folded := replace(folded, U&'\FB17', U&'\0574\056D');
  END IF;
  RETURN normalize(folded, NFC);
END $$;
--> statement-breakpoint

-- The same, quickly where a text is ASCII, as nearly all usernames and emails and most posts are. Postgres puts the body in
-- place of the call: a search for people folds hundreds of usernames.
CREATE FUNCTION fold(words text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN octet_length(words) = length(words) THEN lower(words COLLATE "C") ELSE public.fold_unicode(words) END
$$;
--> statement-breakpoint

-- What is kept of a username that rests (functions/usernames.sql). Not a function of a release, because two that run side by
-- side must know the same names.
CREATE FUNCTION username_digest(username text) RETURNS bytea LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
  SELECT sha256(convert_to('username ' || public.fold(username), 'UTF8'))
$$;
--> statement-breakpoint

-- Substring search through an index. A text is indexed by its trigrams: the three folded characters that begin at each
-- position, fewer at the end. A word of three or more characters can be in a text only if its trigrams are, a shorter
-- one only if a trigram begins with it. All characters count, so that Chinese and emoji are found as well. The index finds
-- candidates; the query then looks into the text itself.

-- A loop takes a quarter of the time of a query with unnest(), whose slices copy the array.
CREATE FUNCTION grams(words text) RETURNS text[] LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
  -- With two empty letters at the end, because the last two trigrams are shorter.
  letters CONSTANT text[] := string_to_array(public.fold(words), NULL) || ARRAY['', ''];
  found text[] := '{}';
BEGIN
  FOR i IN 1 .. cardinality(letters) - 2 LOOP
    found[i] := letters[i] || letters[i + 1] || letters[i + 2];
  END LOOP;
  RETURN found;
END $$;
--> statement-breakpoint

-- The control character that marks the trigrams of a title. Titles of replies have another one, so that a search in them,
-- which are few, doesn't read the entries of all other titles.
CREATE FUNCTION title_sign(reply boolean) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN reply THEN E'\x04' ELSE E'\x01' END
$$;
--> statement-breakpoint

-- What a post is indexed by: its trigrams, those of its title again with the mark of a title, and its tags and its owner
-- with marks of their own, so that one scan of the index can filter by all of them.
CREATE FUNCTION post_grams(title text, content text, tags text[], owner bigint, reply boolean) RETURNS tsvector
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 10000 AS $$
DECLARE
  marks CONSTANT text[] := ARRAY (SELECT E'\x02' || tag FROM unnest(tags) AS tag) || (E'\x03' || owner);
  sign CONSTANT text := public.title_sign(reply);
  title_grams text[];
BEGIN
  IF title IS NULL THEN
    RETURN array_to_tsvector(public.grams(content) || marks);
  END IF;
  title_grams := public.grams(title);
  RETURN array_to_tsvector(public.grams(content) || marks || title_grams || ARRAY (SELECT sign || gram FROM unnest(title_grams) AS gram));
END $$;
--> statement-breakpoint

CREATE FUNCTION name_grams(username text) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 1000 AS $$
BEGIN
  RETURN array_to_tsvector(public.grams(username));
END $$;
--> statement-breakpoint

-- A lexeme, quoted for a tsquery.
CREATE FUNCTION quote_lexeme(lexeme text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT '''' || replace(replace(lexeme, '\', '\\'), '''', '''''') || ''''
$$;
--> statement-breakpoint

-- The query for a word: at most four of its trigrams, from its beginning to its end, or, for a shorter word, any trigram
-- that begins with it. Each costs a pass over all of its entries, and four leave few texts that lack the word. `sign` is
-- the mark that they must have.
CREATE FUNCTION grams_query(word text, sign text) RETURNS tsquery LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
  folded CONSTANT text := public.fold(word);
  last CONSTANT integer := length(folded) - 3;
  steps CONSTANT integer := least(last, 3);
BEGIN
  IF last < 0 THEN
    RETURN (public.quote_lexeme(sign || folded) || ':*')::tsquery;
  END IF;
  RETURN (
    SELECT string_agg(DISTINCT public.quote_lexeme(sign || substr(folded, 1 + last * step / greatest(steps, 1), 3)), ' & ')
      FROM generate_series(0, steps) AS step
  )::tsquery;
END $$;
--> statement-breakpoint

-- The number of the week of a time. A search reads the index a week at a time and stops when its page is full.
CREATE FUNCTION week_of(value timestamptz) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT floor(extract(epoch FROM value AT TIME ZONE 'UTC') / 604800)::integer
$$;
--> statement-breakpoint

-- The number of the day of a time. The top posts of a span of days are read a day at a time.
CREATE FUNCTION day_of(value timestamptz) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT floor(extract(epoch FROM value AT TIME ZONE 'UTC') / 86400)::integer
$$;
