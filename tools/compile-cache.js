// For `node --import`: Node keeps what it compiles, so that a program starts in half the time when it starts again, and so
// do those that it starts. JavaScript, because loading the compiler of TypeScript would take what is saved.
import { enableCompileCache } from 'node:module';
import path from 'node:path';

process.env.NODE_COMPILE_CACHE ??= path.resolve(import.meta.dirname, '../node_modules/.cache/compiled');
enableCompileCache(process.env.NODE_COMPILE_CACHE);
