#!/usr/bin/env node
import '../import-worker.ts';

// The reader of a pipe, such as `head`, may close it early.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

// After import-worker.ts, so that the Worker's source can be imported.
const { run } = await import('./program.ts');
process.exitCode = await run(process.argv.slice(2));
