/** An answer that is an error (RFC 9457). */
export class ProblemError extends Error {
    name = 'ProblemError';
    code;
    status;
    title;
    detail;
    request_id;
    /** Which values of the input are wrong, and why. Empty unless the code is `invalid_input`. */
    errors;
    /** How many seconds to wait before the next try, if the answer says so. */
    retryAfter;
    constructor(problem, headers) {
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
    name = 'UnexpectedAnswer';
    status;
    body;
    constructor(status, body) {
        super(`The server answered ${status}: ${body.slice(0, 200)}`.trim());
        this.status = status;
        this.body = body;
    }
}
/** RFC 9110 §10.2.3: seconds, or a date. */
function secondsOf(retryAfter) {
    if (retryAfter === null)
        return undefined;
    const seconds = /^\d+$/.test(retryAfter)
        ? Number(retryAfter)
        : Math.ceil((Date.parse(retryAfter) - Date.now()) / 1_000);
    return Number.isNaN(seconds) ? undefined : Math.max(0, seconds);
}
const isProblemBody = (body) => typeof body === 'object' && body !== null && 'code' in body && typeof body.code === 'string';
/** The error that an answer stands for. Reads its body. */
export async function errorOf(answer) {
    const text = await answer.text();
    if (answer.headers.get('Content-Type')?.startsWith('application/problem+json')) {
        const body = parse(text);
        if (isProblemBody(body))
            return new ProblemError(body, answer.headers);
    }
    return new UnexpectedAnswer(answer.status, text);
}
function parse(text) {
    try {
        return JSON.parse(text);
    }
    catch {
        return undefined;
    }
}
/** Whether an error is a problem, with one of these codes if any are given. */
export function isProblem(error, ...codes) {
    return (error instanceof ProblemError &&
        (codes.length === 0 || codes.includes(error.code)));
}
/** The body of an answer. Throws a `ProblemError` if the call failed, an `UnexpectedAnswer` if it isn't documented. */
export async function unwrap(answer) {
    const response = await answer;
    if (!response.ok)
        throw await errorOf(response);
    const text = await response.text();
    if (text === '')
        return undefined;
    const body = parse(text);
    if (body === undefined)
        throw new UnexpectedAnswer(response.status, text);
    return body;
}
/** As `unwrap`, but returns a problem instead of throwing it: with exactly the codes that this call can answer. */
export async function attempt(answer) {
    try {
        return { ok: true, data: await unwrap(answer) };
    }
    catch (error) {
        if (isProblem(error))
            return { ok: false, problem: error };
        throw error;
    }
}
