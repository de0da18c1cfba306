/** The part of JSON Schema that examples are made from. */
export interface Schema {
  $ref?: string;
  example?: unknown;
  default?: unknown;
  const?: unknown;
  enum?: unknown[];
  anyOf?: Schema[];
  properties?: Record<string, Schema>;
  items?: Schema;
}

interface Media {
  schema?: Schema;
  example?: unknown;
  examples?: object;
}

export interface Answer {
  content?: Record<string, Media>;
}

export interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  example?: unknown;
  schema: Schema & { examples?: unknown[] };
}

/** The parts of an operation that have examples. */
export interface Examples {
  parameters?: Parameter[];
  requestBody?: Answer & { required?: boolean };
  responses: Record<string, Answer>;
}

export type Components = Record<string, Schema>;

/** Adds an example to every body and every answer that has none. */
export function writeExamples(
  { parameters = [], requestBody, responses }: Examples,
  components: Components,
): void {
  for (const parameter of parameters) if (!parameter.required) moveExample(parameter);
  for (const { content = {} } of [requestBody ?? {}, ...Object.values(responses)]) {
    for (const media of Object.values(content)) {
      if (media.schema && !media.examples) media.example ??= example(media.schema, components);
    }
  }
}

/** Swagger UI fills in an `example`, and all filters at once would find nothing. It only shows `examples`. */
function moveExample(parameter: Parameter): void {
  const { example: own = parameter.schema.example } = parameter;
  if (own === undefined) return;
  delete parameter.example;
  delete parameter.schema.example;
  parameter.schema.examples = [own];
}

/** Builds an example from those of a schema and its parts. A part without one is left out. */
function example(schema: Schema, components: Components): unknown {
  if (schema.example !== undefined) return schema.example;
  if (schema.$ref) return example(components[schema.$ref.split('/').at(-1) ?? ''] ?? {}, components);
  if (schema.anyOf?.[0]) return example(schema.anyOf[0], components);
  if (schema.properties) {
    const parts = Object.entries(schema.properties).map(([name, part]) => [name, example(part, components)]);
    return Object.fromEntries(parts.filter(([, value]) => value !== undefined));
  }
  if (schema.items) return [example(schema.items, components)].filter((item) => item !== undefined);
  return schema.default ?? schema.const ?? schema.enum?.[0];
}
