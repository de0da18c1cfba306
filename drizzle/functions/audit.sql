-- What admins did.

-- Adds an entry. `admin` is null for the command line; `person` is the author of the post, or whom it was done to.
CREATE FUNCTION add_audit_entry(
  action text, admin bigint, person bigint, post bigint DEFAULT NULL, report bigint DEFAULT NULL, reason text DEFAULT NULL,
  reports_left boolean DEFAULT false
) RETURNS void LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
  INSERT INTO audit_entries (action, admin_id, user_id, post_id, report_id, reason, reports_left)
    VALUES (add_audit_entry.action, admin, person, post, report, add_audit_entry.reason, add_audit_entry.reports_left);
END $$;

-- The entries that an admin may see: reports about an admin are not shown to that admin.
CREATE FUNCTION newest_audit_entries(stretch time_stretch, admin bigint) RETURNS time_key[] LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF stretch.ascending THEN
    RETURN ARRAY (
      SELECT (audit_entries.created_at, audit_entries.id)::time_key FROM audit_entries
        WHERE NOT (audit_entries.report_id IS NOT NULL AND audit_entries.user_id = admin)
          AND (audit_entries.created_at, audit_entries.id) >= (stretch.low_at, stretch.low_id)
          AND (audit_entries.created_at, audit_entries.id) < (stretch.high_at, stretch.high_id)
        ORDER BY audit_entries.created_at, audit_entries.id LIMIT stretch.row_limit OFFSET stretch.skip);
  END IF;
  RETURN ARRAY (
    SELECT (audit_entries.created_at, audit_entries.id)::time_key FROM audit_entries
      WHERE NOT (audit_entries.report_id IS NOT NULL AND audit_entries.user_id = admin)
        AND (audit_entries.created_at, audit_entries.id) >= (stretch.low_at, stretch.low_id)
        AND (audit_entries.created_at, audit_entries.id) < (stretch.high_at, stretch.high_id)
      ORDER BY audit_entries.created_at DESC, audit_entries.id DESC LIMIT stretch.row_limit OFFSET stretch.skip);
END $$;

-- What admins did, newest first, for admins; null for everybody else. `page`, `before`, `whole` and the answer as in
-- post_lists.sql.
CREATE FUNCTION list_audit_entries(
  page time_stretch, before time_stretch DEFAULT NULL, whole time_stretch DEFAULT NULL,
  session uuid DEFAULT NULL, caller bigint DEFAULT NULL
) RETURNS json LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  viewer CONSTANT bigint := reader(session, caller);
  keys time_key[];
  shown time_key[];
BEGIN
  IF NOT is_admin(viewer) THEN
    RETURN NULL;
  END IF;
  keys := newest_audit_entries(page, viewer);
  shown := keys[:page.row_limit - 1];
  RETURN (
    SELECT json_build_object(
        'items', coalesce(json_agg(json_build_object(
          'id', entry.id, 'action', entry.action, 'admin_id', entry.admin_id, 'admin', person_part(entry.admin_id),
          'user_id', entry.user_id, 'post_id', entry.post_id, 'report_id', entry.report_id, 'reason', entry.reason,
          'created_at', iso_time(entry.created_at)) ORDER BY listed.place), '[]'),
        'first', json_build_array(iso_time(shown[1].at), shown[1].id),
        'last', json_build_array(iso_time(shown[cardinality(shown)].at), shown[cardinality(shown)].id),
        'more', cardinality(keys) = page.row_limit,
        'beyond', before IS NOT NULL AND newest_audit_entries(before, viewer) <> '{}',
        'total', CASE WHEN whole IS NOT NULL THEN counted(newest_audit_entries(whole, viewer)) END)
      FROM unnest(shown) WITH ORDINALITY AS listed (at, id, place) CROSS JOIN LATERAL (
        SELECT * FROM audit_entries WHERE audit_entries.id = listed.id OFFSET 0
      ) AS entry
  );
END $$;
