// Runs in Node: a copy of the checkout that a test can change.
import { cpSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { ROOT, temporaryFolder } from './dev-server.ts';

/** What the Worker, its pages and the tools need. */
const PARTS = [
  'src',
  'client',
  'web',
  'tools',
  'drizzle',
  'public',
  'package.json',
  'tsconfig.json',
  'worker-configuration.d.ts',
  'wrangler.toml',
];

/** Copies the checkout, with the packages that are installed in this one. */
export function copyCheckout(): { folder: string; remove: () => void } {
  const copy = temporaryFolder();
  // tools/clients and tools/bench/peers have packages of their own: thousands of files, which no test reads.
  const filter = (source: string) => path.basename(source) !== 'node_modules';
  for (const name of PARTS)
    cpSync(path.join(ROOT, name), path.join(copy.folder, name), { recursive: true, filter });
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(copy.folder, 'node_modules'));
  return copy;
}
