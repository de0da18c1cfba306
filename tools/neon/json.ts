import type { Answer, Session } from './backend.ts';

/** Answers in the JSON of `POST /sql`. `elements` maps each array type to its element's; undefined means raw text. */
export function renderAnswer(
  answer: Answer,
  arrayMode: boolean,
  elements: ArrayElements | undefined,
): string {
  const rows =
    elements === undefined
      ? JSON.stringify(arrayMode ? answer.rows : answer.rows.map((row) => toObject(answer, row)))
      : renderTyped(answer, arrayMode, elements);
  const fields = JSON.stringify(answer.fields);
  const command = JSON.stringify(answer.command);
  return `{"fields":${fields},"rows":${rows},"command":${command},"rowCount":${answer.rowCount},"rowAsArray":${arrayMode}}`;
}

const toObject = ({ fields }: Answer, row: (string | null)[]) =>
  Object.fromEntries(fields.map((field, i) => [field.name, row[i]]));

/** The element type of each array type by oid; 0 for a type that is no array. */
export type ArrayElements = Map<number, number>;

const BOOL = 16;
const INT2 = 21;
const INT4 = 23;
const FLOAT4 = 700;
const FLOAT8 = 701;
const JSON_TYPE = 114;
const JSONB = 3802;

/** Adds to `elements` the types of these answers that it lacks. */
export async function learnTypes(
  answers: Answer[],
  elements: ArrayElements,
  session: Pick<Session, 'query'>,
) {
  const oids = new Set(answers.flatMap((answer) => answer.fields.map((field) => field.dataTypeID)));
  const unknown = [...oids].filter((oid) => !elements.has(oid));
  if (unknown.length === 0) return;
  const { rows } = await session.query({
    text: `SELECT oid, CASE WHEN typcategory = 'A' AND typname NOT IN ('int2vector', 'oidvector')
      THEN typelem ELSE 0 END FROM pg_catalog.pg_type WHERE oid = ANY ($1::oid[])`,
    params: [`{${unknown.join(',')}}`],
  });
  for (const [oid, element] of rows) elements.set(Number(oid), Number(element));
}

function renderTyped({ fields, rows }: Answer, arrayMode: boolean, elements: ArrayElements): string {
  const keys = fields.map((field) => (arrayMode ? '' : `${JSON.stringify(field.name)}:`));
  const [open, close] = arrayMode ? '[]' : '{}';
  const rendered = rows.map((row) => {
    const values = row.map(
      (value, i) => `${keys[i]}${renderValue(value, fields[i]?.dataTypeID ?? 0, elements)}`,
    );
    return `${open}${values.join(',')}${close}`;
  });
  return `[${rendered.join(',')}]`;
}

/** One value as proxy/src/serverless/json.rs `pg_text_to_json` has it: int8 and numeric stay strings. */
function renderValue(value: string | null, type: number, elements: ArrayElements): string {
  if (value === null) return 'null';
  const element = elements.get(type);
  if (element) return renderArray(value, element, elements);
  switch (type) {
    case BOOL:
      return String(value === 't');
    case INT2:
    case INT4:
      return value;
    case FLOAT4:
    case FLOAT8:
      return Number.isFinite(Number(value)) ? String(Number(value)) : JSON.stringify(value);
    case JSON_TYPE:
    case JSONB:
      return value;
    default:
      return JSON.stringify(value);
  }
}

// One token of an array literal: a bracket, a comma, a quoted item or a bare one.
const ARRAY_TOKEN = /([{},])|"((?:[^"\\]|\\.)*)"|([^{},"]+)/gs;

/** An array literal as a JSON array; the bounds of `[0:1]={a,b}` are lost, as JSON has none. */
function renderArray(literal: string, element: number, elements: ArrayElements): string {
  let json = '';
  for (const [, mark, quoted, bare] of literal.slice(literal.indexOf('{')).matchAll(ARRAY_TOKEN)) {
    if (mark) json += mark === '{' ? '[' : mark === '}' ? ']' : ',';
    else if (quoted !== undefined) json += renderValue(quoted.replace(/\\(.)/gs, '$1'), element, elements);
    else if (bare === 'NULL') json += 'null';
    else json += renderValue(bare ?? '', element, elements);
  }
  return json;
}
