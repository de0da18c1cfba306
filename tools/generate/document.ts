import '../import-worker.ts';

// Imported by URL, so that TypeScript doesn't check the Worker as a Node program.
const load = (file: string) => import(new URL(`../../src/${file}.ts`, import.meta.url).href);

export const loadWorker = async (): Promise<{ routes: { method: string; path: string }[] }> =>
  (await load('index')).default;

/** The OpenAPI document of the Worker, indented for reviews. */
export async function renderDocument(): Promise<string> {
  const [worker, { openApiDocument }] = await Promise.all([loadWorker(), load('docs/document')]);
  return `${JSON.stringify(openApiDocument(worker), null, 2)}\n`;
}

/** The parts of JSON Schema that the document uses. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: (string | number)[];
  const?: string | number | boolean;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  description?: string;
  example?: unknown;
  examples?: unknown[];
  default?: unknown;
}

interface Media {
  schema: Schema;
  example?: unknown;
  examples?: Record<string, { value?: unknown }>;
}

export interface Operation {
  operationId: string;
  summary?: string;
  description?: string;
  tags?: string[];
  security?: Record<string, string[]>[];
  parameters?: {
    name: string;
    in: string;
    required?: boolean;
    schema: Schema;
    description?: string;
    example?: unknown;
  }[];
  requestBody?: { required?: boolean; content: Record<string, Media> };
  responses: Record<string, { content?: Record<string, Media> }>;
}

/** The parts of openapi.json that other files are generated from. */
export interface ApiDocument {
  info: { title: string; description: string };
  tags: { name: string; description: string }[];
  paths: Record<string, Partial<Record<'get' | 'post' | 'put' | 'patch' | 'delete', Operation>>>;
  components: { schemas: Record<string, Schema> };
}
