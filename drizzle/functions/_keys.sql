-- A stretch of a list: the rows whose key is at least `low` and less than `high`, read from its lower or its upper end.
-- A cursor, `since` and `until` are all bounds of the one key that a list is sorted by. A key always ends with what makes
-- it unique. `row_limit` rows are returned after `skip` others.

CREATE TYPE time_key AS (at timestamptz, id bigint);
CREATE TYPE count_key AS (count bigint, id bigint);
CREATE TYPE event_key AS (at timestamptz, kind text, id bigint);

CREATE TYPE time_stretch AS (
  low_at timestamptz, low_id bigint,
  high_at timestamptz, high_id bigint,
  ascending boolean, row_limit integer, skip integer
);

CREATE TYPE count_stretch AS (
  low_count bigint, low_id bigint,
  high_count bigint, high_id bigint,
  ascending boolean, row_limit integer, skip integer
);

CREATE TYPE name_stretch AS (
  low_count bigint, low_name text,
  high_count bigint, high_name text,
  ascending boolean, row_limit integer, skip integer
);

CREATE TYPE session_stretch AS (
  low_at timestamptz, low_name text,
  high_at timestamptz, high_name text,
  ascending boolean, row_limit integer, skip integer
);

CREATE TYPE event_stretch AS (
  low_at timestamptz, low_kind text, low_id bigint,
  high_at timestamptz, high_kind text, high_id bigint,
  ascending boolean, row_limit integer, skip integer
);
