export type Level = 'info' | 'warn' | 'error';

/**
 * One line of JSON. Fields are ids, codes and counts: never a token, a code, a password, a hash, an email or a
 * connection string, and no message of an error, which may hold any of them.
 */
export function logEvent(level: Level, event: string, fields: Record<string, unknown> = {}): void {
  console[level](JSON.stringify({ level, event, ...fields }));
}
