// Lets Node import the source of the Worker, which is written for a bundler: paths have no extension, imports of JSON no
// attribute.
import { existsSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';

registerHooks({
  resolve(specifier, context, next) {
    if (!specifier.startsWith('.') || !context.parentURL) return next(specifier, context);
    const extension = ['', '.ts', '/index.ts'].find((candidate) =>
      isFile(specifier + candidate, context.parentURL),
    );
    return next(specifier + (extension ?? ''), context);
  },
  load(url, context, next) {
    const importAttributes = url.endsWith('.json') ? { type: 'json' } : context.importAttributes;
    return next(url, { ...context, importAttributes });
  },
});

function isFile(specifier: string, parent: string | undefined): boolean {
  const path = fileURLToPath(new URL(specifier, parent).href);
  return /\.\w+$/.test(path) && existsSync(path);
}
