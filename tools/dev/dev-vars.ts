// A developer's own settings and secrets.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseEnv } from 'node:util';

export const SECRETS = path.resolve(import.meta.dirname, '../../.dev.vars');

/** The text of `.dev.vars`; empty when the file is missing. */
export const readSecrets = () => (existsSync(SECRETS) ? readFileSync(SECRETS, 'utf8') : '');

/** Parses settings like Wrangler. Node's `parseEnv` takes a line that is not a setting as part of the next name. */
export function parseSettings(text: string): Record<string, string> {
  const found = Object.entries(parseEnv(text)).flatMap(([parsedName, value = '']) => {
    const name = /(?:^|\n)\s*(?:export\s+)?(\w+)$/.exec(parsedName)?.[1];
    return name ? [[name, value]] : [];
  });
  return Object.fromEntries(found);
}
