-- False for nobody.
CREATE FUNCTION is_admin(person bigint) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN person IS NOT NULL AND EXISTS (SELECT FROM users WHERE users.id = person AND users.role = 'admin');
END $$;

CREATE FUNCTION admin_ids() RETURNS bigint[] LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN ARRAY (SELECT users.id FROM users WHERE users.role = 'admin');
END $$;

-- Whether this person is the only admin, who must stay one. Before an admin is demoted or deleted, all admins must be
-- locked: then of two who are demoted at once, the second is found to be the last.
CREATE FUNCTION is_last_admin(person bigint) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN is_admin(person) AND NOT EXISTS (SELECT FROM users WHERE users.role = 'admin' AND users.id <> person);
END $$;

-- Deletes an account as delete_account does, for an admin, or for the command line, where `admin` is null: the open reports
-- about the person and their posts are resolved, and the audit gets an entry.
CREATE FUNCTION moderate_account(account bigint, is_large boolean, rest_days integer, admin bigint, reason text) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
  outcome text;
  reports_left boolean;
BEGIN
  -- The deletion of a small account locks posts before the reports; that of a large one changes totals, which come after them.
  IF is_large THEN
    reports_left := resolve_reports_about(account, NULL, admin, reason);
    outcome := delete_account(account, is_large, rest_days);
  ELSE
    outcome := delete_account(account, is_large, rest_days);
    reports_left := resolve_reports_about(account, NULL, admin, reason);
  END IF;
  PERFORM add_audit_entry(
    'user_deleted', admin, account, reason => moderate_account.reason, reports_left => reports_left);
  RETURN outcome;
END $$;

-- Writes in the audit that a person became an admin or a user.
CREATE FUNCTION audit_role(role text, admin bigint, person bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM add_audit_entry(CASE role WHEN 'admin' THEN 'user_promoted' ELSE 'user_demoted' END, admin, person);
END $$;

-- Makes a person an admin or a user, and answers the account, or why it was refused (`user_not_found`, `admin_only`,
-- `last_admin`). For admins. Locks the person and all admins, if the caller is one.
CREATE FUNCTION set_role(person text, role text, session uuid DEFAULT NULL, caller bigint DEFAULT NULL) RETURNS json
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
  target CONSTANT bigint := person_id(person);
  as_admin CONSTANT boolean := is_admin(caller);
BEGIN
  IF as_admin THEN
    PERFORM lock_people(ARRAY [target, caller] || admin_ids());
  END IF;
  PERFORM writer(session, caller);
  IF NOT is_person(target) THEN
    RETURN to_json('user_not_found'::text);
  END IF;
  IF NOT (as_admin AND is_admin(caller)) THEN
    RETURN to_json('admin_only'::text);
  END IF;
  IF set_role.role <> 'admin' AND is_last_admin(target) THEN
    RETURN to_json('last_admin'::text);
  END IF;
  UPDATE users SET role = set_role.role, version = users.version + 1
    WHERE users.id = target AND users.role <> set_role.role;
  IF FOUND THEN
    PERFORM audit_role(set_role.role, caller, target);
  END IF;
  RETURN (SELECT seen.item FROM user_view(target, caller, true) AS seen);
END $$;

-- Deletes an account, and answers as delete_account does, or why it was refused (`user_not_found`, `admin_only`,
-- `use_own_account`). For admins; their own account is deleted by delete_me alone, which asks for the password. Locks the
-- people whom the deletion affects and all admins, if the caller is one; then what delete_account locks. `reason` is for
-- the audit.
CREATE FUNCTION delete_user(
  person text, rest_days integer, reason text DEFAULT NULL, session uuid DEFAULT NULL, caller bigint DEFAULT NULL
) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
  target CONSTANT bigint := person_id(person);
  as_admin CONSTANT boolean := is_admin(caller);
  is_large boolean;
BEGIN
  IF as_admin THEN
    is_large := lock_account_for_deletion(target, caller || admin_ids());
  END IF;
  PERFORM writer(session, caller);
  IF NOT is_person(target) THEN
    RETURN 'user_not_found';
  END IF;
  IF NOT (as_admin AND is_admin(caller)) THEN
    RETURN 'admin_only';
  END IF;
  IF target = caller THEN
    RETURN 'use_own_account';
  END IF;
  RETURN moderate_account(target, is_large, rest_days, caller, reason);
END $$;

-- Deletes the caller's account if it still has the password that was checked, and answers as delete_account does, or why it
-- was refused (`last_admin`, `wrong_password`). Locks the people whom the deletion affects and, for an admin, all admins;
-- then what delete_account locks.
CREATE FUNCTION delete_me(
  password_hash text, rest_days integer, reset json, session uuid DEFAULT NULL, caller bigint DEFAULT NULL
) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
  is_large CONSTANT boolean := lock_account_for_deletion(caller, CASE WHEN is_admin(caller) THEN admin_ids() END);
BEGIN
  PERFORM writer(session, caller);
  IF NOT EXISTS (SELECT FROM users WHERE users.id = caller AND users.password_hash = delete_me.password_hash) THEN
    RETURN 'wrong_password';
  END IF;
  PERFORM reset_attempts(reset);
  IF is_last_admin(caller) THEN
    RETURN 'last_admin';
  END IF;
  RETURN delete_account(caller, is_large, rest_days);
END $$;
