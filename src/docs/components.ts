import type { Answer, Parameter, Schema } from './examples';

interface Reference {
  $ref: string;
}

interface Operation {
  parameters?: (Parameter | Reference)[];
  responses: Record<string, Answer>;
}

/** Makes the page of each kind of item a component: `PostPage` is a page of `Post`. */
export function namePages(operations: Operation[], schemas: Record<string, Schema>): void {
  const answers = operations.flatMap(({ responses }) => Object.values(responses));
  for (const media of answers.flatMap(({ content = {} }) => Object.values(content))) {
    const { data, page } = media.schema?.properties ?? {};
    const item = data?.items?.$ref?.split('/').at(-1);
    if (!media.schema || !item || !page) continue;
    const name = `${item}Page`;
    schemas[name] ??= media.schema;
    media.schema = { $ref: `#/components/schemas/${name}` };
  }
}

const componentName = (name: string) =>
  name.replaceAll(/(?:^|[-_])([a-z])/gi, (_, letter: string) => letter.toUpperCase());

/** Replaces parameters that several operations have alike, and returns them as components. */
export function shareParameters(operations: Operation[]): Record<string, Parameter> {
  const all = operations.flatMap(({ parameters = [] }) => parameters).filter((one) => 'name' in one);
  const alike = Map.groupBy(all, (parameter) => JSON.stringify(parameter));
  const shared: Record<string, Parameter> = {};
  const names = new Map<string, string>();
  for (const [text, [parameter, ...others]] of alike) {
    if (!parameter || others.length === 0) continue;
    const name = componentName(parameter.name);
    // Two that differ can't have one name; the one that comes first gets it.
    if (name in shared) continue;
    shared[name] = parameter;
    names.set(text, name);
  }
  for (const operation of operations) {
    if (!operation.parameters) continue;
    operation.parameters = operation.parameters.map((parameter) => {
      const name = names.get(JSON.stringify(parameter));
      return name ? { $ref: `#/components/parameters/${name}` } : parameter;
    });
  }
  return shared;
}
