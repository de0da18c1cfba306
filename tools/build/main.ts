// Bundles the server for Node into dist/server: one file, and one for a thread, that need no packages, only `public/` and `drizzle/` beside it.
import path from 'node:path';
import { build } from 'esbuild';

const ROOT = path.resolve(import.meta.dirname, '../..');

await build({
  absWorkingDir: ROOT,
  entryPoints: ['server/main.ts', 'server/bcrypt-thread.ts'],
  outdir: 'dist/server',
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  sourcemap: true,
  // The optional native driver of `pg`, and what only tools use.
  external: ['pg-native'],
  // Packages in CommonJS call `require` for Node's own modules.
  banner: {
    js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
  },
  logLevel: 'warning',
});
