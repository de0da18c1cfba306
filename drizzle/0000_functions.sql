-- The functions that indexes need. Names are qualified: Postgres analyses an index under a search path of its own.

CREATE EXTENSION IF NOT EXISTS btree_gin;
--> statement-breakpoint

-- The form in which texts are compared: NFC with Unicode's full case folding (CaseFolding.txt, statuses C and F), so that
-- "STRASSE" equals "straße" and NFD equals NFC. In NFD, lower() meets no precomposed letter of several characters.
CREATE FUNCTION fold(words text) RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS $$
DECLARE
  folded text;
BEGIN
  -- Only ASCII: nearly all usernames and emails, and most texts.
  IF octet_length(words) = length(words) THEN
    RETURN lower(words);
  END IF;
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

-- Substrings, found through an index. A text is known by the runs of three characters that begin at each of its
-- positions (shorter ones at its end), folded; a word of three or more is in it only if all runs of the word are, and a
-- shorter one only if a run begins with it. Any character counts, so that Chinese and emoji are found as well. The index
-- narrows the search; the text itself decides.

CREATE FUNCTION grams(words text) RETURNS text[] LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
  letters CONSTANT text[] := string_to_array(public.fold(words), NULL);
BEGIN
  RETURN (
    SELECT coalesce(array_agg(a || coalesce(b, '') || coalesce(c, '')), '{}')
      FROM unnest(letters, letters[2:], letters[3:]) AS run(a, b, c)
  );
END $$;
--> statement-breakpoint

-- The sign before the runs of a title, which no word is likely to hold. Titles of replies have a sign of their own, or a
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

-- A lexeme as a tsquery writes it.
CREATE FUNCTION quote_lexeme(lexeme text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT '''' || replace(replace(lexeme, '\', '\\'), '''', '''''') || ''''
$$;
--> statement-breakpoint

-- The query for a word: every run of three of it, or what runs must begin with when it is shorter.
CREATE FUNCTION grams_query(word text, sign text) RETURNS tsquery LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
  short CONSTANT boolean := length(public.fold(word)) < 3;
BEGIN
  RETURN (
    SELECT string_agg(public.quote_lexeme(sign || run) || CASE WHEN short THEN ':*' ELSE '' END, ' & ')
      FROM (SELECT DISTINCT run FROM unnest(CASE WHEN short THEN ARRAY [public.fold(word)] ELSE public.grams(word) END) AS run) AS runs
      WHERE short OR length(run) = 3
  )::tsquery;
END $$;
--> statement-breakpoint

-- The week of a time: a search reads the index a week at a time, newest first, and stops when its page is full.
CREATE FUNCTION week_of(moment timestamptz) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT floor(extract(epoch FROM moment AT TIME ZONE 'UTC') / 604800)::integer
$$;
--> statement-breakpoint

-- The day of a time: the top posts of a span of days are read a day at a time.
CREATE FUNCTION day_of(moment timestamptz) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT floor(extract(epoch FROM moment AT TIME ZONE 'UTC') / 86400)::integer
$$;
