// For `node --import`: Node keeps what it compiles, and the next start of a program, and of those that it starts, takes half
// the time. In JavaScript, because loading the compiler of TypeScript would take what is saved.
import { enableCompileCache } from 'node:module';
import path from 'node:path';

process.env.NODE_COMPILE_CACHE ||= path.resolve(import.meta.dirname, '../node_modules/.cache/compiled');
enableCompileCache(process.env.NODE_COMPILE_CACHE);
