// Writes the types of the client from openapi.json: those that hc needs, without those that make tsc slow.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { ApiDocument, Operation, Schema } from './document.ts';
import { inlineReferences } from './references.ts';
import { derive } from './write-generated.ts';

const FILE = path.resolve(import.meta.dirname, '../../client/schema.ts');
const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

const HEAD = `// Written by \`npm run generate\` from openapi.json.
import type { Hono } from 'hono';
import type { BlankEnv } from 'hono/types';
import type { StatusCode } from 'hono/utils/http-status';

type Answer<Input, Output, Status extends StatusCode> = {
  input: Input;
  output: Output;
  outputFormat: Output extends null ? 'body' : 'json';
  status: Status;
};

/** The problems that a call can answer: the codes of each status. */
type Refusals<Input, Codes extends { [Status in StatusCode]?: Problem['code'] }> = {
  [Status in keyof Codes & StatusCode]: Answer<Input, Problem & { code: Codes[Status] }, Status>;
}[keyof Codes & StatusCode];
`;

const comment = (text: string | undefined) => (text ? `/** ${text.replaceAll('*/', '')} */\n` : '');
const key = (name: string) => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name));

type Content = Operation['responses'][string]['content'];

/** A JSON Schema as TypeScript. */
function typeOf(schema: Schema): string {
  if (schema.$ref) return schema.$ref.split('/').at(-1) as string;
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  const parts = schema.anyOf ?? schema.oneOf;
  if (parts) return parts.map(typeOf).join(' | ');
  if (schema.allOf) return schema.allOf.map((part) => `(${typeOf(part)})`).join(' & ');
  const types = [schema.type ?? 'unknown'].flat();
  return types.map((type) => typeOfKind(type, schema)).join(' | ');
}

function typeOfKind(type: string, schema: Schema): string {
  switch (type) {
    case 'integer':
    case 'number':
      return 'number';
    case 'array':
      return `(${typeOf(schema.items ?? {})})[]`;
    case 'object':
      return schema.properties
        ? objectOf(schema.properties, schema.required ?? [])
        : 'Record<string, unknown>';
    default:
      return type;
  }
}

function objectOf(properties: Record<string, Schema>, required: string[]): string {
  const lines = Object.entries(properties).map(
    ([name, part]) =>
      `${comment(part.description)}${key(name)}${required.includes(name) ? '' : '?'}: ${typeOf(part)};`,
  );
  return `{ ${lines.join('\n')} }`;
}

/** The input of a call for hc. Values of path, query and headers may be numbers, which hc converts to text. */
function inputOf({ parameters = [], requestBody }: Operation): string {
  const parts = [
    ['path', 'param'],
    ['query', 'query'],
    ['header', 'header'],
  ].flatMap(([place, name]) => {
    const here = parameters.filter((parameter) => parameter.in === place);
    if (here.length === 0) return [];
    const required = here.filter((parameter) => parameter.required).map((parameter) => parameter.name);
    const properties = Object.fromEntries(
      here.map(({ name: parameter, schema, description }) => [
        parameter,
        { ...schema, ...(description && { description }) },
      ]),
    );
    return [`${name}${required.length > 0 ? '' : '?'}: ${objectOf(properties, required)};`];
  });
  const body = requestBody?.content['application/json']?.schema;
  if (body) parts.push(`json${requestBody.required ? '' : '?'}: ${typeOf(body)};`);
  return parts.length > 0 ? `{ ${parts.join(' ')} }` : 'object';
}

const codesOf = (content: Content) =>
  content?.['application/problem+json']?.schema.allOf?.[1]?.properties?.code?.enum;

function endpointOf({ responses }: Operation, input: string): string {
  const answers = Object.entries(responses).filter(([, { content }]) => !codesOf(content));
  const refusals = Object.entries(responses).flatMap(([status, { content }]) => {
    const codes = codesOf(content)?.map((code) => JSON.stringify(code));
    return codes ? [`${status}: ${codes.join(' | ')};`] : [];
  });
  return [
    ...answers.map(([status, { content }]) => {
      const schema = content?.['application/json']?.schema;
      return `Answer<${input}, ${schema ? typeOf(schema) : 'null'}, ${status}>`;
    }),
    ...(refusals.length > 0 ? [`Refusals<${input}, { ${refusals.join(' ')} }>`] : []),
  ].join(' | ');
}

const nameOf = (operation: Operation) =>
  `${operation.operationId.charAt(0).toUpperCase()}${operation.operationId.slice(1)}Input`;

function render({ components, paths }: ApiDocument): string {
  const shapes = Object.entries(components.schemas).map(
    ([name, schema]) => `${comment(schema.description)}export type ${name} = ${typeOf(schema)};`,
  );
  const inputs: string[] = [];
  const routes = Object.entries(paths).map(([route, item]) => {
    const methods = METHODS.flatMap((method) => {
      const operation = item[method];
      if (!operation) return [];
      inputs.push(`type ${nameOf(operation)} = ${inputOf(operation)};`);
      return [`${comment(operation.summary)}$${method}: ${endpointOf(operation, nameOf(operation))};`];
    });
    return `${JSON.stringify(route.replace(/\{(\w+)\}/g, ':$1'))}: { ${methods.join('\n')} };`;
  });
  const routing = `type Routes = { ${routes.join('\n')} };`;
  const app = `/** The type of the whole API, for \`hc\` of hono/client. */
export type App = Hono<BlankEnv, Routes, '/'>;`;
  return [HEAD, ...shapes, ...inputs, routing, app].join('\n\n');
}

const document = JSON.parse(readFileSync(path.resolve(import.meta.dirname, '../../openapi.json'), 'utf8'));
derive(FILE, render(inlineReferences<ApiDocument>(document)));
