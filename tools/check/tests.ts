// `npm test`, and with `--postgres` `npm run test:postgres`. Without arguments both projects run at once, because neither
// keeps two cores busy by itself; files that are named run in one after the other. Not `TEST_BACKEND=postgres vitest`,
// which Windows can't read.
import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { PassThrough } from 'node:stream';

const VITEST = path.resolve(import.meta.dirname, '../../node_modules/vitest/vitest.mjs');

const given = process.argv.slice(2);
const isOnPostgres = given[0] === '--postgres';
const names = isOnPostgres ? given.slice(1) : given;
const env = { ...process.env, ...(isOnPostgres && { TEST_BACKEND: 'postgres' }) };
const started: ChildProcess[] = [];

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => {
    for (const tests of started) tests.kill(signal);
  });

function start(args: string[], stdio: StdioOptions): ChildProcess {
  const tests = spawn(process.execPath, [VITEST, 'run', ...args], { stdio, env });
  started.push(tests);
  return tests;
}

/** Waits for its end, and makes this command fail if it did. */
async function finish(tests: ChildProcess): Promise<void> {
  const [code] = await once(tests, 'close');
  if (code !== 0) process.exitCode = 1;
}

if (names.length > 0) {
  await finish(start(['--project', 'worker', '--project', 'tools', ...names], 'inherit'));
} else {
  const tools = start(['--project', 'tools'], ['ignore', 'pipe', 'pipe']);
  const ended = finish(tools);
  // All that it writes until it is shown; a pipe that is full would stop it.
  const output = new PassThrough({ highWaterMark: Number.MAX_SAFE_INTEGER });
  tools.stdout?.pipe(output, { end: false });
  tools.stderr?.pipe(output, { end: false });
  await finish(start(['--project', 'worker'], 'inherit'));
  output.pipe(process.stdout);
  await ended;
}
