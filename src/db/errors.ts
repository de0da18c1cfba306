// The errors that a call of the database can throw. `http/error-handler` gives each its status.

/** A row violates the constraint of this name. */
export class ConstraintViolation extends Error {
  readonly constraint: string;

  constructor(constraint: string) {
    super(`violates ${constraint}`);
    this.constraint = constraint;
  }
}

/** The caller has signed out or reset the password, or the person was deleted. */
export class SessionEnded extends Error {}

/** The database does not answer, or not in time. */
export class DatabaseUnavailable extends Error {}

/** The database has no functions of this release: `migrations up` has not run. */
export class DatabaseOutdated extends Error {}

/**
 * A call that Postgres or its proxy refused, which is a bug of ours. Only the SQLSTATE or the status of the proxy may be
 * logged.
 */
export class CallRefused extends Error {
  readonly reason: { sql_state?: string | undefined; http_status?: number };

  constructor(reason: CallRefused['reason']) {
    super('The database refused a call.');
    this.reason = reason;
  }
}
