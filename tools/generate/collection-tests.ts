// The tests of the Postman collection: what each request must be answered, and what later requests need of it.
import type { Operation, Schema } from './document.ts';

/** What a request must be answered. */
export interface Expected {
  status: number;
  /** Of a problem. */
  code?: string;
}

/** Calls that nobody can make succeed without a mail. */
const WITHOUT_CODE: Expected = { status: 400, code: 'code_invalid' };
const EXPECTED: Record<string, Expected> = { resetPassword: WITHOUT_CODE, verifyEmail: WITHOUT_CODE };
const ADMIN_ONLY: Expected = { status: 403, code: 'admin_only' };

const KEEP_TOKENS = [
  "pm.environment.set('token', body.access_token);",
  "pm.environment.set('refresh_token', body.refresh_token);",
];

/** What is kept for other requests, by the name of the request or the id of its operation. */
const KEPT: Record<string, string[]> = {
  login: KEEP_TOKENS,
  refresh: KEEP_TOKENS,
  createPost: ["pm.environment.set('post_id', body.id);"],
  listSessions: ["pm.environment.set('session_id', body.data.find(({ current }) => !current).id);"],
};

const isSuccess = (status: string) => status.startsWith('2');

export function expectedOf({ operationId, responses }: Operation): Expected {
  const codes = responses['403']?.content?.['application/problem+json']?.examples ?? {};
  if ('admin_only' in codes) return ADMIN_ONLY;
  return EXPECTED[operationId] ?? { status: Number(Object.keys(responses).find(isSuccess)) };
}

const quoted = (words: string[]) => words.map((word) => `'${word}'`).join(', ');

/** Keys that an object must have, and those of the items of a page. */
function shapeOf(schema: Schema, schemas: Record<string, Schema>): string[] {
  const whole = (part: Schema = {}): Schema => schemas[part.$ref?.split('/').at(-1) ?? ''] ?? part;
  const { required = [], properties = {} } = whole(schema);
  const keys = (value: string, names: string[]) =>
    names.length > 0 ? [`  pm.expect(${value}).to.include.all.keys(${quoted(names)});`] : [];
  const lines = keys('body', required);
  if (!('page' in properties)) return lines;
  const item = keys('item', whole(whole(properties.data).items).required ?? []);
  return [
    ...lines,
    ...keys('body.page', whole(properties.page).required ?? []),
    ...(item.length > 0 ? ['  for (const item of body.data)', ...item.map((line) => `  ${line}`)] : []),
  ];
}

/** The script that runs after a request. */
export function testOf(
  operation: Operation,
  schemas: Record<string, Schema>,
  kept: string[] = KEPT[operation.operationId] ?? [],
): string[] {
  const { status, code } = expectedOf(operation);
  const answered = [
    `pm.test('answers ${status}', () => {`,
    `  pm.response.to.have.status(${status});`,
    '});',
  ];
  const [[type, media] = []] = Object.entries(operation.responses[status]?.content ?? {});
  if (!type || !media)
    return [...answered, "pm.test('has no body', () => pm.expect(pm.response.text()).to.equal(''));"];
  const typed = [
    `pm.test('is ${type}', () => {`,
    `  pm.expect(pm.response.headers.get('Content-Type')).to.include('${type}');`,
    '});',
  ];
  if (!/[/+]json$/.test(type)) return [...answered, ...typed];
  const shape = code
    ? [`  pm.expect(body.code).to.equal('${code}');`, `  pm.expect(body.status).to.equal(${status});`]
    : shapeOf(media.schema, schemas);
  return [
    ...answered,
    ...typed,
    'const body = pm.response.json();',
    `pm.test('has the ${code ? `code ${code}` : 'documented keys'}', () => {`,
    ...shape,
    '});',
    ...kept,
  ];
}
