// For `node --import`: Node keeps what it compiles, so that the next start takes half the time. Child processes inherit the
// setting. This file is JavaScript, because a TypeScript file makes Node load a compiler first.
import { enableCompileCache } from 'node:module';
import path from 'node:path';

process.env.NODE_COMPILE_CACHE ||= path.resolve(import.meta.dirname, '../node_modules/.cache/compiled');
enableCompileCache(process.env.NODE_COMPILE_CACHE);
