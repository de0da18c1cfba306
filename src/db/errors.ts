// What a call of the database can end with. `http/error-handler` alone knows which status each of them is.

/** A row breaks a rule that the database keeps: `constraint` is its name. */
export class ConstraintViolation extends Error {
  readonly constraint: string;

  constructor(constraint: string) {
    super(`violates ${constraint}`);
    this.constraint = constraint;
  }
}

/** The caller's session has ended: signed out, reset, or its person deleted. */
export class SessionEnded extends Error {}

/** The database does not answer, or not in time. */
export class DatabaseUnavailable extends Error {}

/** The database has no functions of this release: `migrations up` has not run. */
export class DatabaseOutdated extends Error {}

/**
 * A call that Postgres or its proxy could not serve: a defect of ours. The SQLSTATE, or the status of the proxy, is all
 * that may be told of it.
 */
export class CallRefused extends Error {
  readonly reason: { sql_state?: string | undefined; http_status?: number };

  constructor(reason: CallRefused['reason']) {
    super('The database refused a call.');
    this.reason = reason;
  }
}
