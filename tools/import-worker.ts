// Lets Node import the Worker's own source, which is written for a bundler: paths without an ending, JSON without
// an attribute.
import { existsSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';

registerHooks({
  resolve(specifier, context, next) {
    if (!specifier.startsWith('.') || !context.parentURL) return next(specifier, context);
    const ending = ['', '.ts', '/index.ts'].find((candidate) =>
      isFile(specifier + candidate, context.parentURL),
    );
    return next(specifier + (ending ?? ''), context);
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
