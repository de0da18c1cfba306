// npm run generate [-- functions route-words openapi client package collection] [--check]: writes the generated files, in
// the order in which they depend on each other. With --check, reports those that are outdated instead.
const FILES: Record<string, () => Promise<unknown>> = {
  functions: () => import('./functions.ts'),
  'route-words': () => import('./route-words.ts'),
  openapi: () => import('./openapi.ts'),
  client: () => import('./client.ts'),
  package: () => import('./package.ts'),
  collection: () => import('./collection.ts'),
};

const chosen = process.argv.slice(2).filter((word) => word !== '--check');
const unknown = chosen.find((name) => !Object.hasOwn(FILES, name));
if (unknown) {
  console.error(`Can't generate ${unknown}, only ${Object.keys(FILES).join(', ')}.`);
  process.exitCode = 2;
} else {
  for (const [name, generate] of Object.entries(FILES))
    if (chosen.length === 0 || chosen.includes(name)) await generate();
}

export {};
