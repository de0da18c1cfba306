interface Referring {
  paths: Record<string, Record<string, { parameters?: unknown[]; responses: Record<string, unknown> }>>;
  components: Record<string, Record<string, unknown>>;
}

/** A document with its shared parameters and answers in each operation. Schemas and examples stay where they are. */
export function inlineReferences<Document>(document: unknown): Document {
  const { components, paths, ...rest } = document as Referring;
  const follow = (part: unknown) => {
    const [, kind = '', name = ''] =
      /^#\/components\/(\w+)\/(.+)$/.exec((part as { $ref?: string }).$ref ?? '') ?? [];
    return components[kind]?.[name] ?? part;
  };
  const inlined = Object.entries(paths).map(([route, item]) => {
    const operations = Object.entries(item).map(([method, { parameters, responses, ...operation }]) => {
      const answers = Object.entries(responses).map(([status, answer]) => [status, follow(answer)]);
      const shared = { responses: Object.fromEntries(answers) };
      return [method, { ...operation, ...(parameters && { parameters: parameters.map(follow) }), ...shared }];
    });
    return [route, Object.fromEntries(operations)];
  });
  return { ...rest, paths: Object.fromEntries(inlined), components } as Document;
}
