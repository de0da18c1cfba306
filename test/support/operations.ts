// The operations of an OpenAPI document, and which of them a request calls.
import { inlineReferences } from '../../tools/generate/references.ts';

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

export interface ApiDocument {
  openApi: Document;
  /** All routes, in the order of the router: static segments before parameters. */
  routes: Route[];
  /** The schema that a `$ref` names, or the schema itself. */
  resolveRef(schema: Schema): Schema;
  /**
   * The route of a request; undefined when there is none. HEAD is answered by GET. A path without parameters hides those
   * with parameters, whatever the method.
   */
  findRoute(method: string, pathname: string): Route | undefined;
}

const METHODS = ['get', 'put', 'post', 'delete', 'patch'];

const parametersIn = /\{[^}]+\}/g;

const sortKey = ({ template }: Route) => template.replaceAll(parametersIn, '\uffff');

/** Reads a document as it is sent, with its shared parts apart. */
export function readDocument(document: unknown): ApiDocument {
  const openApi = inlineReferences<Document>(document);
  const routes: Route[] = Object.entries(openApi.paths)
    .flatMap(([template, item]) =>
      METHODS.flatMap((method) => {
        const operation = item[method];
        const name = `${method.toUpperCase()} ${template}`;
        return operation ? [{ name, method: method.toUpperCase(), template, operation }] : [];
      }),
    )
    .sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
  const patterns = new Map(
    routes.map(({ template }) => [template, new RegExp(`^${template.replaceAll(parametersIn, '[^/]+')}$`)]),
  );
  return {
    openApi,
    routes,
    resolveRef(schema) {
      const name = /^#\/components\/schemas\/(.+)$/.exec(schema.$ref ?? '')?.[1];
      return name === undefined ? schema : openApi.components.schemas[name];
    },
    findRoute(method, pathname) {
      const wanted = method === 'HEAD' ? 'GET' : method;
      const path = pathname.replace(/(?<=.)\/$/, '');
      const known = routes.some(({ template }) => template === path);
      return routes.find(
        (route) =>
          route.method === wanted &&
          (known ? route.template === path : patterns.get(route.template)?.test(path)),
      );
    },
  };
}
