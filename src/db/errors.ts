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

/** The database can't be used. Its SQLSTATE may be logged; undefined when it did not answer. */
class DatabaseFailure extends Error {
  readonly sql_state: string | undefined;

  constructor(sql_state: string | undefined) {
    super('The database failed.');
    this.sql_state = sql_state;
  }
}

/** The database does not answer, not in time, or is out of order. */
export class DatabaseUnavailable extends DatabaseFailure {}

/** The database is not that of this release, or its role lacks the rights: `migrations up` or `database grant` has not run. */
export class DatabaseOutdated extends DatabaseFailure {}

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
