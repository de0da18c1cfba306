// The OpenAPI document that the Worker answers, which all its answers are checked against.
import { exports } from 'cloudflare:workers';
import { inlineReferences } from '../../tools/generate/references';

// biome-ignore lint/suspicious/noExplicitAny: a JSON Schema, which may be anything.
export type Schema = any;

export interface DocumentedAnswer {
  headers?: Record<string, { required?: boolean; schema: Schema }>;
  content?: Record<string, { schema: Schema }>;
}

export interface Operation {
  operationId: string;
  description: string;
  security?: Record<string, string[]>[];
  parameters?: { name: string; in: string; required?: boolean; schema: Schema }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, DocumentedAnswer>;
}

export interface Route {
  /** `GET /posts/{id}` */
  name: string;
  method: string;
  template: string;
  operation: Operation;
}

export interface Document {
  components: { schemas: Record<string, Schema> };
  paths: Record<string, Record<string, Operation>>;
}

const METHODS = ['get', 'put', 'post', 'delete', 'patch'];
const response = await exports.default.fetch(new Request('https://ledge.example/openapi.json'));

export const openApi = inlineReferences<Document>(await response.json());

/** The schema that a `$ref` names, or the schema itself. */
export function resolveRef(schema: Schema): Schema {
  const name = /^#\/components\/schemas\/(.+)$/.exec(schema.$ref ?? '')?.[1];
  return name === undefined ? schema : openApi.components.schemas[name];
}

/** All routes of the document, in the order of the router: static segments before parameters. */
export const routes: Route[] = Object.entries(openApi.paths)
  .flatMap(([template, item]) =>
    METHODS.flatMap((method) => {
      const operation = item[method];
      const name = `${method.toUpperCase()} ${template}`;
      return operation ? [{ name, method: method.toUpperCase(), template, operation }] : [];
    }),
  )
  .sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));

function sortKey({ template }: Route): string {
  return template.replaceAll(/\{[^}]+\}/g, '\uffff');
}

const patterns = new Map(
  routes.map(({ template }) => [template, new RegExp(`^${template.replaceAll(/\{[^}]+\}/g, '[^/]+')}$`)]),
);

/**
 * The route of a request; undefined when there is none. HEAD is answered by GET. A path without parameters hides those with
 * parameters, whatever the method.
 */
export function findRoute(method: string, pathname: string): Route | undefined {
  const wanted = method === 'HEAD' ? 'GET' : method;
  const path = pathname.replace(/(?<=.)\/$/, '');
  const known = routes.some(({ template }) => template === path);
  return routes.find(
    (route) =>
      route.method === wanted && (known ? route.template === path : patterns.get(route.template)?.test(path)),
  );
}
