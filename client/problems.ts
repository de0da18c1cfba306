import type { ClientResponse } from 'hono/client';
import type { Problem } from './schema.ts';

/** Names the kind of an error. */
export type ProblemCode = Problem['code'];

type SuccessStatus = 200 | 201 | 202 | 203 | 204 | 205 | 206;
// biome-ignore lint/suspicious/noExplicitAny: the answer of any call.
export type AnyAnswer = ClientResponse<any, any, any>;

/** The body of a call that succeeds; undefined if it has none. */
export type BodyOf<Answer> =
  Answer extends ClientResponse<infer Body, infer Status, infer _Format>
    ? Status extends SuccessStatus
      ? Body extends null
        ? undefined
        : Body
      : never
    : never;

/** The codes of the problems that a call can answer. */
export type CodesOf<Answer> =
  Answer extends ClientResponse<infer Body, infer _Status, infer _Format>
    ? Body extends { code: infer Code extends ProblemCode; request_id: string }
      ? Code
      : never
    : never;

/** An answer that is an error (RFC 9457). */
export class ProblemError<Code extends ProblemCode = ProblemCode> extends Error {
  override readonly name = 'ProblemError';
  readonly code: Code;
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly request_id: string;
  /** Which values of the input are wrong, and why. Empty unless the code is `invalid_input`. */
  readonly errors: NonNullable<Problem['errors']>;
  /** How many seconds to wait before the next try, if the answer says so. */
  readonly retryAfter: number | undefined;

  constructor(problem: Problem & { code: Code }, headers: Headers) {
    super(`${problem.code}: ${problem.detail}`);
    this.code = problem.code;
    this.status = problem.status;
    this.title = problem.title;
    this.detail = problem.detail;
    this.request_id = problem.request_id;
    this.errors = problem.errors ?? [];
    this.retryAfter = secondsOf(headers.get('Retry-After'));
  }
}

/** An answer that is not documented: of something between the client and the API, or a 304, which has no body. */
export class UnexpectedAnswer extends Error {
  override readonly name = 'UnexpectedAnswer';
  readonly status: number;
  readonly body: string;

  constructor(status: number, body: string) {
    super(`The server answered ${status}: ${body.slice(0, 200)}`.trim());
    this.status = status;
    this.body = body;
  }
}

/** RFC 9110 §10.2.3: seconds, or a date. */
function secondsOf(retryAfter: string | null): number | undefined {
  if (retryAfter === null) return undefined;
  const seconds = /^\d+$/.test(retryAfter)
    ? Number(retryAfter)
    : Math.ceil((Date.parse(retryAfter) - Date.now()) / 1_000);
  return Number.isNaN(seconds) ? undefined : Math.max(0, seconds);
}

const isProblemBody = (body: unknown): body is Problem =>
  typeof body === 'object' && body !== null && 'code' in body && typeof body.code === 'string';

/** The error that an answer stands for. Reads its body. */
export async function errorOf(answer: Response | AnyAnswer): Promise<ProblemError | UnexpectedAnswer> {
  const text = await answer.text();
  if (answer.headers.get('Content-Type')?.startsWith('application/problem+json')) {
    const body = parse(text);
    if (isProblemBody(body)) return new ProblemError(body, answer.headers);
  }
  return new UnexpectedAnswer(answer.status, text);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether an error is a problem, with one of these codes if any are given. */
export function isProblem<Code extends ProblemCode = ProblemCode>(
  error: unknown,
  ...codes: Code[]
): error is ProblemError<Code> {
  return (
    error instanceof ProblemError &&
    (codes.length === 0 || (codes as readonly ProblemCode[]).includes(error.code))
  );
}

/** The body of an answer. Throws a `ProblemError` if the call failed, an `UnexpectedAnswer` if it isn't documented. */
export async function unwrap<Answer extends AnyAnswer>(
  answer: Answer | Promise<Answer>,
): Promise<BodyOf<Answer>> {
  const response = await answer;
  if (!response.ok) throw await errorOf(response);
  const text = await response.text();
  if (text === '') return undefined as BodyOf<Answer>;
  const body = parse(text);
  if (body === undefined) throw new UnexpectedAnswer(response.status, text);
  return body as BodyOf<Answer>;
}

export type Outcome<Answer> =
  | { ok: true; data: BodyOf<Answer> }
  | { ok: false; problem: ProblemError<CodesOf<Answer>> };

/** As `unwrap`, but returns a problem instead of throwing it: with exactly the codes that this call can answer. */
export async function attempt<Answer extends AnyAnswer>(
  answer: Answer | Promise<Answer>,
): Promise<Outcome<Answer>> {
  try {
    return { ok: true, data: await unwrap(answer) };
  } catch (error) {
    if (isProblem(error)) return { ok: false, problem: error as ProblemError<CodesOf<Answer>> };
    throw error;
  }
}
