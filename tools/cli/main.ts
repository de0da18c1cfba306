#!/usr/bin/env node
import '../import-worker.ts';

// `ledge … | head` has read enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

// Only now can the Worker's own source be imported.
const { run } = await import('./program.ts');
process.exitCode = await run(process.argv.slice(2));
