import type { ClientResponse } from 'hono/client';
import type { Problem } from './schema.js';
/** Names the kind of an error. */
export type ProblemCode = Problem['code'];
type SuccessStatus = 200 | 201 | 202 | 203 | 204 | 205 | 206;
export type AnyAnswer = ClientResponse<any, any, any>;
/** The body of a call that succeeds; undefined if it has none. */
export type BodyOf<Answer> = Answer extends ClientResponse<infer Body, infer Status, infer _Format> ? Status extends SuccessStatus ? Body extends null ? undefined : Body : never : never;
/** The codes of the problems that a call can answer. */
export type CodesOf<Answer> = Answer extends ClientResponse<infer Body, infer _Status, infer _Format> ? Body extends {
    code: infer Code extends ProblemCode;
    request_id: string;
} ? Code : never : never;
/** An answer that is an error (RFC 9457). */
export declare class ProblemError<Code extends ProblemCode = ProblemCode> extends Error {
    readonly name = "ProblemError";
    readonly code: Code;
    readonly status: number;
    readonly title: string;
    readonly detail: string;
    readonly request_id: string;
    /** Which values of the input are wrong, and why. Empty unless the code is `invalid_input`. */
    readonly errors: NonNullable<Problem['errors']>;
    /** How many seconds to wait before the next try, if the answer says so. */
    readonly retryAfter: number | undefined;
    constructor(problem: Problem & {
        code: Code;
    }, headers: Headers);
}
/** An answer that is not documented: of something between the client and the API, or a 304, which has no body. */
export declare class UnexpectedAnswer extends Error {
    readonly name = "UnexpectedAnswer";
    readonly status: number;
    readonly body: string;
    constructor(status: number, body: string);
}
/** The error that an answer stands for. Reads its body. */
export declare function errorOf(answer: Response | AnyAnswer): Promise<ProblemError | UnexpectedAnswer>;
/** Whether an error is a problem, with one of these codes if any are given. */
export declare function isProblem<Code extends ProblemCode = ProblemCode>(error: unknown, ...codes: Code[]): error is ProblemError<Code>;
/** The body of an answer. Throws a `ProblemError` if the call failed, an `UnexpectedAnswer` if it isn't documented. */
export declare function unwrap<Answer extends AnyAnswer>(answer: Answer | Promise<Answer>): Promise<BodyOf<Answer>>;
export type Outcome<Answer> = {
    ok: true;
    data: BodyOf<Answer>;
} | {
    ok: false;
    problem: ProblemError<CodesOf<Answer>>;
};
/** As `unwrap`, but returns a problem instead of throwing it: with exactly the codes that this call can answer. */
export declare function attempt<Answer extends AnyAnswer>(answer: Answer | Promise<Answer>): Promise<Outcome<Answer>>;
export {};
