import path from 'node:path';
import { cloudflareTest } from '@cloudflare/vitest-plugin';
import { defineConfig } from 'vitest/config';

// What takes a second takes ten where others have the machine too. What hangs is found all the same.
const patience = { testTimeout: 180_000, hookTimeout: 180_000, expect: { poll: { timeout: 60_000 } } };
// Programs that tests start keep what they compile, as `npm run dev` does.
const compileCache = { NODE_COMPILE_CACHE: path.resolve('node_modules/.cache/compiled') };
const realPostgres = process.env.TEST_BACKEND === 'postgres';

export default defineConfig({
  test: {
    projects: [
      {
        plugins: [
          cloudflareTest(({ inject }) => ({
            main: './src/index.ts',
            wrangler: { configPath: './wrangler.toml' },
            // Explicit bindings win over a developer's .dev.vars, whose database must not be emptied by a test.
            miniflare: { bindings: inject('bindings') },
          })),
        ],
        test: {
          name: 'worker',
          include: realPostgres ? ['test/*.test.ts', 'test/races/*.test.ts'] : ['test/*.test.ts'],
          globalSetup: ['test/support/database.ts'],
          setupFiles: [
            'test/support/count-derivations.ts',
            'test/support/log.ts',
            'test/support/rate-limits.ts',
          ],
          // One database and one count of round trips serve all files.
          fileParallelism: false,
          maxWorkers: 1,
          isolate: false,
          ...patience,
        },
      },
      {
        test: {
          name: 'tools',
          // Files start programs and wait for them, so two at a time keep two cores busy. On a real Postgres there are few.
          maxWorkers: realPostgres ? 1 : 2,
          env: compileCache,
          // After the project of the Worker where one run has both; tools/check/tests.ts starts a run for each.
          sequence: { groupOrder: 1 },
          // All others use a real Postgres wherever one is installed, or none at all.
          include: realPostgres
            ? ['test/tools/{neon,migrations,functions,replica}.test.ts']
            : ['test/tools/!(replica).test.ts'],
          ...patience,
        },
      },
      {
        test: {
          // The suite once more, against the server for Node on a real Postgres, and the tests of that server.
          name: 'server',
          include: ['test/*.test.ts', 'test/races/*.test.ts', 'test/server/*.test.ts'],
          alias: {
            'cloudflare:workers': path.resolve('test/support/node/workers.ts'),
            'cloudflare:test': path.resolve('test/support/node/test.ts'),
          },
          globalSetup: ['test/support/database.ts'],
          setupFiles: ['test/support/count-derivations.ts', 'test/support/log.ts'],
          fileParallelism: false,
          maxWorkers: 1,
          isolate: false,
          ...patience,
        },
      },
      {
        test: {
          name: 'browser',
          include: ['test/browser/*.test.ts'],
          env: compileCache,
          ...patience,
        },
      },
    ],
  },
});
