// `npm run test:postgres`: the tests on a real Postgres. Not `TEST_BACKEND=postgres vitest`, which Windows can't read.
import { spawn } from 'node:child_process';
import path from 'node:path';

const vitest = path.resolve(import.meta.dirname, '../../node_modules/vitest/vitest.mjs');
const lanes = ['run', '--project', 'worker', '--project', 'tools'];
const tests = spawn(process.execPath, [vitest, ...lanes, ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: { ...process.env, TEST_BACKEND: 'postgres' },
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => tests.kill(signal));
tests.once('exit', (code) => process.exit(code ?? 1));
