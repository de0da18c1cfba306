/** A connection to a Postgres: by Neon's driver in the Worker, by another one elsewhere. */
export interface Port {
  /**
   * Runs one statement that returns one row, with parameters in any form that Postgres reads as text. Throws a
   * `PostgresError`.
   */
  row(text: string, params: unknown[]): Promise<unknown[]>;
}

/** An error of Postgres or of a proxy before it, without its message, which may hold SQL. */
export class PostgresError extends Error {
  /** The SQLSTATE; undefined when Postgres was not reached. */
  readonly code: string | undefined;
  readonly constraint: string | undefined;
  /** The status of a proxy that refused a request or an answer for its size. */
  readonly http_status: number | undefined;

  constructor({
    code,
    constraint,
    http_status,
  }: { code?: string | undefined; constraint?: string | undefined; http_status?: number | undefined }) {
    super('Postgres answered with an error.');
    this.code = code;
    this.constraint = constraint;
    this.http_status = http_status;
  }
}
