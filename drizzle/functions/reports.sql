-- Reports: what people tell the admins about posts and people. Nobody but admins and the reporter learns of a report; an
-- admin does not see those about themselves. A report goes with its reporter, and stays when what it is about is deleted.

-- A report as its reporter sees it.
CREATE FUNCTION own_report(report reports) RETURNS json LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN json_build_object(
    'id', report.id, 'post_id', report.post_id, 'user_id', report.user_id, 'reason', report.reason,
    'comment', report.comment, 'status', CASE WHEN report.open THEN 'open' ELSE 'resolved' END,
    'created_at', iso_time(report.created_at), 'resolved_at', iso_time(report.resolved_at));
END $$;

-- The same with all that this admin may see. A post that is deleted, or a draft by now, is null; so is a deleted person.
CREATE FUNCTION report_details(report reports, admin bigint) RETURNS json LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN joined(
    own_report(report),
    json_build_object(
      'note', report.note,
      'post', (SELECT seen.item FROM post_view(report.post_id, admin) AS seen),
      'user', person_part(report.user_id),
      'reporter', person_part(report.reporter_id),
      'resolved_by', person_part(report.resolved_by)));
END $$;

-- Adds a report of the reporter, once for the same thing. `{ outcome, report }`.
CREATE FUNCTION add_report(reporter bigint, post bigint, person bigint, reason text, comment text) RETURNS json
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  report reports;
BEGIN
  IF person = reporter THEN
    RETURN json_build_object('outcome', 'cannot_report_self');
  END IF;
  INSERT INTO reports (reporter_id, post_id, user_id, reason, comment)
    VALUES (reporter, post, person, add_report.reason, add_report.comment)
    ON CONFLICT DO NOTHING RETURNING * INTO report;
  IF NOT FOUND THEN
    RETURN json_build_object('outcome', 'already_reported');
  END IF;
  RETURN json_build_object('outcome', 'reported', 'report', own_report(report));
END $$;

-- The caller reports a post. `{ outcome, report }`: `reported`; `not_found` where the caller can't read it;
-- `cannot_report_self` for an own one; `already_reported`, also once that report is resolved. Locks the caller, then the
-- post, against its deletion.
CREATE FUNCTION report_post(
  post bigint, reason text, comment text DEFAULT NULL, session uuid DEFAULT NULL, caller bigint DEFAULT NULL
) RETURNS json LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  viewer CONSTANT bigint := writer(session, caller);
  author bigint;
BEGIN
  SELECT posts.owner_id INTO author FROM posts
    WHERE posts.id = post AND (posts.published OR posts.owner_id = viewer) FOR KEY SHARE;
  IF NOT is_person(author) THEN
    RETURN json_build_object('outcome', 'not_found');
  END IF;
  RETURN add_report(viewer, post, author, reason, comment);
END $$;

-- The caller reports a person. The same outcomes. Locks both people, against their deletion.
CREATE FUNCTION report_user(
  person text, reason text, comment text DEFAULT NULL, session uuid DEFAULT NULL, caller bigint DEFAULT NULL
) RETURNS json LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  reported CONSTANT bigint := person_id(person);
  viewer bigint;
BEGIN
  PERFORM FROM users WHERE users.id IN (caller, reported) ORDER BY users.id FOR KEY SHARE;
  viewer := check_session(session, caller);
  IF NOT is_person(reported) THEN
    RETURN json_build_object('outcome', 'not_found');
  END IF;
  RETURN add_report(viewer, NULL, reported, reason, comment);
END $$;

-- Reports, those that are open after all others; not those about `admin`, which is null for the command line, nor those of
-- somebody whose account is being deleted.
CREATE FUNCTION find_reports(stretch report_stretch, admin bigint) RETURNS report_key[] LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF stretch.ascending THEN
    RETURN ARRAY (
      SELECT (reports.open, reports.created_at, reports.id)::report_key FROM reports
        WHERE reports.user_id IS DISTINCT FROM admin AND is_person(reports.reporter_id)
          AND (reports.open, reports.created_at, reports.id) >= (stretch.low_open, stretch.low_at, stretch.low_id)
          AND (reports.open, reports.created_at, reports.id) < (stretch.high_open, stretch.high_at, stretch.high_id)
        ORDER BY reports.open, reports.created_at, reports.id LIMIT stretch.row_limit OFFSET stretch.skip);
  END IF;
  RETURN ARRAY (
    SELECT (reports.open, reports.created_at, reports.id)::report_key FROM reports
      WHERE reports.user_id IS DISTINCT FROM admin AND is_person(reports.reporter_id)
        AND (reports.open, reports.created_at, reports.id) >= (stretch.low_open, stretch.low_at, stretch.low_id)
        AND (reports.open, reports.created_at, reports.id) < (stretch.high_open, stretch.high_at, stretch.high_id)
      ORDER BY reports.open DESC, reports.created_at DESC, reports.id DESC
      LIMIT stretch.row_limit OFFSET stretch.skip);
END $$;

-- The key of a report as a cursor has it.
CREATE FUNCTION report_key_json(key report_key) RETURNS json LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN json_build_array(CASE WHEN key.open THEN 't' ELSE 'f' END, iso_time(key.at), key.id);
END $$;

-- Reports, for admins; null for everybody else. `page`, `before`, `whole` and the answer as in post_lists.sql.
CREATE FUNCTION list_reports(
  page report_stretch, before report_stretch DEFAULT NULL, whole report_stretch DEFAULT NULL,
  session uuid DEFAULT NULL, caller bigint DEFAULT NULL
) RETURNS json LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  viewer CONSTANT bigint := reader(session, caller);
  keys report_key[];
  shown report_key[];
BEGIN
  IF NOT is_admin(viewer) THEN
    RETURN NULL;
  END IF;
  keys := find_reports(page, viewer);
  shown := keys[:page.row_limit - 1];
  RETURN (
    SELECT json_build_object(
        'items', coalesce(json_agg(report_details(report.one, viewer) ORDER BY listed.place), '[]'),
        'first', report_key_json(shown[1]), 'last', report_key_json(shown[cardinality(shown)]),
        'more', cardinality(keys) = page.row_limit,
        'beyond', before IS NOT NULL AND find_reports(before, viewer) <> '{}',
        'total', CASE WHEN whole IS NOT NULL THEN counted(find_reports(whole, viewer)) END)
      FROM unnest(shown) WITH ORDINALITY AS listed (open, at, id, place) CROSS JOIN LATERAL (
        SELECT reports AS one FROM reports WHERE reports.id = listed.id OFFSET 0
      ) AS report
  );
END $$;

-- Resolves a report that the caller has locked, or opens it again; `admin` is null for the command line. A note that is not
-- `given` stays. What changes the status is an entry of the audit.
CREATE FUNCTION set_report(report reports, is_open boolean, given boolean, note text, admin bigint) RETURNS reports
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  changed reports;
BEGIN
  UPDATE reports SET
      note = CASE WHEN given THEN set_report.note ELSE report.note END,
      open = is_open,
      resolved_at = CASE WHEN is_open THEN NULL WHEN report.open THEN now() ELSE report.resolved_at END,
      resolved_by = CASE WHEN is_open THEN NULL WHEN report.open THEN admin ELSE report.resolved_by END
    WHERE reports.id = report.id RETURNING * INTO changed;
  IF report.open <> is_open THEN
    PERFORM add_audit_entry(
      CASE WHEN is_open THEN 'report_reopened' ELSE 'report_resolved' END,
      admin, report.user_id, report.post_id, report.id, set_report.note);
  END IF;
  RETURN changed;
END $$;

-- Changes the status and, if it is in `change`, the note of a report, for admins. `{ outcome, report }`: `changed`, also
-- where nothing changes; `admin_only`, whether there is such a report or not; `not_found`. Locks the caller, then the report.
CREATE FUNCTION update_report(report bigint, change json, session uuid DEFAULT NULL, caller bigint DEFAULT NULL) RETURNS json
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  fields CONSTANT jsonb := change;
  viewer CONSTANT bigint := writer(session, caller);
  target reports;
BEGIN
  IF NOT is_admin(viewer) THEN
    RETURN json_build_object('outcome', 'admin_only');
  END IF;
  SELECT * INTO target FROM reports
    WHERE reports.id = report AND reports.user_id <> viewer AND is_person(reports.reporter_id) FOR UPDATE;
  IF NOT FOUND THEN
    RETURN json_build_object('outcome', 'not_found');
  END IF;
  target := set_report(target, fields ->> 'status' = 'open', fields ? 'note', fields ->> 'note', viewer);
  RETURN json_build_object('outcome', 'changed', 'report', report_details(target, viewer));
END $$;

-- The first open reports about a post, or about a person and all their posts where `post` is null: at most 500.
CREATE FUNCTION open_reports_about(person bigint, post bigint) RETURNS bigint[] LANGUAGE plpgsql STABLE AS $$
DECLARE
  rows_max CONSTANT integer := 500;
BEGIN
  IF post IS NULL THEN
    RETURN ARRAY (SELECT reports.id FROM reports WHERE reports.user_id = person AND reports.open LIMIT rows_max);
  END IF;
  RETURN ARRAY (
    SELECT reports.id FROM reports
      WHERE reports.user_id = person AND reports.post_id = post AND reports.open LIMIT rows_max);
END $$;

-- Resolves the first open reports about a post of a person, or about a person and all their posts where `post` is null: an
-- admin has deleted it. Answers whether others are left; resolve_rest_of_reports resolves them. The entry of the audit is
-- that of the deletion. The caller has locked the post or the person; locks the reports.
CREATE FUNCTION resolve_reports_about(person bigint, post bigint, admin bigint, reason text) RETURNS boolean
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  about CONSTANT bigint[] := open_reports_about(person, post);
BEGIN
  PERFORM FROM reports WHERE reports.id = ANY (about) ORDER BY reports.id FOR UPDATE;
  UPDATE reports SET
      open = false, resolved_at = now(), resolved_by = admin, note = coalesce(resolve_reports_about.reason, reports.note)
    WHERE reports.id = ANY (about) AND reports.open;
  RETURN open_reports_about(person, post) <> '{}';
END $$;

-- Resolves a batch of what the first deletion with such reports has left. False when there is none. Locks its entry of
-- the audit, which nothing else locks, the admin, and then the reports.
CREATE FUNCTION resolve_rest_of_reports() RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  entry audit_entries;
  admin bigint;
BEGIN
  SELECT * INTO entry FROM audit_entries WHERE audit_entries.reports_left ORDER BY audit_entries.id LIMIT 1 FOR UPDATE;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  SELECT users.id INTO admin FROM users WHERE users.id = entry.admin_id FOR KEY SHARE;
  IF NOT resolve_reports_about(entry.user_id, entry.post_id, admin, entry.reason) THEN
    UPDATE audit_entries SET reports_left = false WHERE audit_entries.id = entry.id;
  END IF;
  RETURN true;
END $$;

-- Locks the reports that the deletion of an account deletes or changes.
CREATE FUNCTION lock_reports(account bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  about CONSTANT bigint[] := open_reports_about(account, NULL);
BEGIN
  PERFORM FROM reports
    WHERE reports.reporter_id = account OR reports.resolved_by = account OR reports.id = ANY (about)
    ORDER BY reports.id FOR UPDATE;
END $$;
