// A developer's own settings and secrets.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseEnv } from 'node:util';

export const SECRETS = path.resolve(import.meta.dirname, '../../.dev.vars');

/** What stands in `.dev.vars`; nothing where there is none. */
export const readSecrets = () => (existsSync(SECRETS) ? readFileSync(SECRETS, 'utf8') : '');

/** As Wrangler reads them: to Node, a line that is no setting belongs to the name of the next one. */
export function settingsIn(text: string): Record<string, string> {
  const found = Object.entries(parseEnv(text)).flatMap(([said, value = '']) => {
    const name = /(?:^|\n)\s*(?:export\s+)?(\w+)$/.exec(said)?.[1];
    return name ? [[name, value]] : [];
  });
  return Object.fromEntries(found);
}
