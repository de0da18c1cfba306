import { PROBLEMS, type ProblemCode } from '../problems';

const CODES = Object.keys(PROBLEMS) as ProblemCode[];

/** The codes of one status that an operation can answer. */
interface Refusal {
  /** Of its component. */
  name: string;
  status: number;
  codes: ProblemCode[];
  /** Whether a token endpoint of OAuth 2.0 answers it. */
  isOfTokens: boolean;
}

/** Names for codes that come together everywhere. */
const NAMES: Record<string, string> = {
  'token_missing token_invalid token_expired token_revoked': 'Unauthorized',
  'internal_error misconfigured': 'InternalServerError',
  'database_unavailable schema_outdated': 'ServiceUnavailable',
};

const pascal = (code: string) =>
  code.replaceAll(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());

const nameOf = (codes: ProblemCode[]) => NAMES[codes.join(' ')] ?? codes.map(pascal).join('Or');

/** Adds to the answers of an operation those that have these codes. */
export function refuse(
  responses: Record<string, object>,
  used: Set<ProblemCode>,
  isOfTokens: boolean,
): Refusal[] {
  const byStatus = Map.groupBy(
    CODES.filter((code) => used.has(code)),
    (code) => PROBLEMS[code].status,
  );
  return [...byStatus].map(([status, codes]) => {
    const name = `${isOfTokens ? 'Token' : ''}${nameOf(codes)}`;
    responses[status] = { $ref: `#/components/responses/${name}` };
    return { name, status, codes, isOfTokens };
  });
}

/** What the answers refer to: each as a response, and an example of each code. */
export function problemComponents(refusals: Refusal[]) {
  const used = new Set(refusals.flatMap(({ codes }) => codes));
  const named = refusals.map(({ name, status, codes, isOfTokens }) => [
    name,
    isOfTokens ? tokenProblemResponse(status, codes) : problemResponse(status, codes),
  ]);
  return {
    responses: Object.fromEntries(named) as object,
    examples: Object.fromEntries(
      CODES.filter((code) => used.has(code)).map((code) => [code, { value: exampleOf(code) }]),
    ),
  };
}

/** RFC 9110 §15.5.16 */
const ACCEPT_HEADERS = {
  Accept: { description: 'The media types that this call takes.', schema: { type: 'string' } },
};

const WAIT_HEADERS = {
  'Retry-After': {
    description: 'How many seconds to wait before the next try.',
    schema: { type: 'integer', minimum: 1 },
  },
};

/** draft-ietf-httpapi-ratelimit-headers */
const LIMIT_HEADERS = {
  'RateLimit-Policy': {
    description: 'The limit: at most `q` requests in `w` seconds.',
    schema: { type: 'string' },
  },
  RateLimit: {
    description:
      'The number of requests left (`r`), and the seconds until the limit is reset (`t`), if known.',
    schema: { type: 'string' },
  },
};

const CHALLENGE_HEADERS = {
  'WWW-Authenticate': {
    description: 'The scheme to authenticate with, and what is wrong with the token (RFC 6750 §3).',
    schema: { type: 'string' },
  },
};

/** The end of a cookie whose refresh token is not good any more. */
const COOKIE_HEADERS = {
  'Set-Cookie': {
    description: 'With `Ledge-Session: cookie`: deletes the cookie.',
    schema: { type: 'string' },
  },
};

const HEADERS: Record<number, object> = {
  401: CHALLENGE_HEADERS,
  415: ACCEPT_HEADERS,
  429: { ...WAIT_HEADERS, ...LIMIT_HEADERS },
  503: WAIT_HEADERS,
};

/** RFC 6749 §5.2 */
const OAUTH_MEMBERS = {
  error: { type: 'string', description: 'The code of OAuth 2.0 for this error.' },
  error_description: { type: 'string', description: 'The same as `detail`, in ASCII.' },
};

/** Has the members of OAuth 2.0 too, and another type for clients that take no problems. */
function tokenProblemResponse(status: number, codes: ProblemCode[]): object {
  const response = problemResponse(status, codes, OAUTH_MEMBERS);
  const content = response.content['application/problem+json'];
  return {
    ...response,
    ...(status === 401 && { headers: { ...response.headers, ...COOKIE_HEADERS } }),
    content: { ...response.content, 'application/json': content },
  };
}

function problemResponse(status: number, codes: ProblemCode[], members: object = {}) {
  const named = codes.map((code) => `\`${code}\``).join(', ');
  return {
    description: `${PROBLEMS[codes[0] as ProblemCode].title}: ${named}`,
    ...(HEADERS[status] && { headers: HEADERS[status] }),
    content: {
      'application/problem+json': {
        schema: {
          allOf: [
            { $ref: '#/components/schemas/Problem' },
            { type: 'object', properties: { code: { enum: codes }, ...members }, required: ['code'] },
          ],
        },
        examples: Object.fromEntries(codes.map((code) => [code, { $ref: `#/components/examples/${code}` }])),
      },
    },
  };
}

function exampleOf(code: ProblemCode) {
  const fault = { path: 'content', code: 'too_short', message: 'content must not be empty.' };
  const invalid = code === 'invalid_input';
  const { status, title, detail } = PROBLEMS[code];
  return {
    type: 'about:blank',
    title,
    status,
    code,
    detail: invalid ? fault.message : detail,
    request_id: '3f0a7c52-9b1e-4d64-8a57-0c2d6e91b7f4',
    ...(invalid && { errors: [fault] }),
  };
}
