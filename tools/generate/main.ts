// npm run generate [-- functions openapi client collection] [--check]: makes what is made from other files, in the order
// in which one is made from another; with --check says instead which of it is not current.
const FILES: Record<string, () => Promise<unknown>> = {
  functions: () => import('./functions.ts'),
  openapi: () => import('./openapi.ts'),
  client: () => import('./client.ts'),
  collection: () => import('./collection.ts'),
};

const chosen = process.argv.slice(2).filter((word) => word !== '--check');
const unknown = chosen.find((name) => !Object.hasOwn(FILES, name));
if (unknown) {
  console.error(`There is no ${unknown} to generate, only ${Object.keys(FILES).join(', ')}.`);
  process.exitCode = 2;
} else {
  for (const [name, make] of Object.entries(FILES))
    if (chosen.length === 0 || chosen.includes(name)) await make();
}

export {};
