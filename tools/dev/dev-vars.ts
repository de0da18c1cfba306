// A developer's own settings and secrets.
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
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

/** Writes a random JWT_SECRET to .dev.vars if it has none. */
export function ensureSecret(): void {
  const written = readSecrets();
  if (parseSettings(written).JWT_SECRET) return;
  const gap = written && !written.endsWith('\n') ? '\n' : '';
  writeFileSync(SECRETS, `${written}${gap}JWT_SECRET=${randomBytes(32).toString('base64url')}\n`, {
    mode: 0o600,
  });
}

const OTHERS = 0o077;

/** Makes .dev.vars readable for its owner only. */
export function closeSecrets(): void {
  if (process.platform === 'win32' || !existsSync(SECRETS) || (statSync(SECRETS).mode & OTHERS) === 0) return;
  try {
    chmodSync(SECRETS, 0o600);
    console.log('.dev.vars holds secrets and was open to others on this machine: now only you can read it.');
  } catch {
    console.error(
      'ledge: .dev.vars holds secrets and others on this machine can read it: chmod 600 .dev.vars',
    );
  }
}

/**
 * Writes the developer's settings and those that are given to a file for Wrangler that only its owner can read. The
 * arguments of a command are visible to all users of the machine.
 */
export function writeSettings(folder: string, given: Record<string, string>): string {
  const file = path.join(folder, 'worker.env');
  const own = parseSettings(readSecrets());
  const settings = { ...own, ...given };
  const lines = Object.entries(settings).map(([name, value]) => {
    const quote = ["'", '`'].find((mark) => !value.includes(mark));
    if (!quote) throw new Error(`.dev.vars: Wrangler can't read ${name}, which holds both ' and \`.`);
    // Unlike in .dev.vars, `$` refers to a variable. The comment ends a value whose last \ escapes the closing quote.
    return `${name}=${quote}${value.replaceAll('$', '\\$')}${quote}\n# ' \`.\n`;
  });
  // `mode` only applies to a new file.
  rmSync(file, { force: true });
  writeFileSync(file, lines.join(''), { mode: 0o600 });
  return file;
}
