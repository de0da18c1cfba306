// Captures the log of the Worker during the whole run. A test file fails when one of its lines holds a secret.
import { afterAll } from 'vitest';
import { outbox } from '../../src/mail/adapters';

const CAPTURED: unique symbol = Symbol.for('ledge.log');
const shared = console as unknown as { [CAPTURED]?: string[] };
shared[CAPTURED] ??= captureLog();

/** Every line of the log since this file began. */
export const lines = shared[CAPTURED];

function captureLog(): string[] {
  const captured: string[] = [];
  for (const level of ['debug', 'info', 'log', 'warn', 'error'] as const) {
    const original = console[level].bind(console);
    console[level] = (...args: unknown[]) => {
      const [line] = args;
      // Other lines are of the test runner or of a test.
      if (typeof line === 'string' && line.startsWith('{"level":')) captured.push(line);
      else original(...args);
    };
  }
  return captured;
}

const SECRETS: Record<string, RegExp> = {
  'an access token': /eyJ[\w-]+\.[\w-]+\.[\w-]+/,
  'a refresh token': /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.[\w-]{64}/,
  'a password': /battery staple/,
  'a hash': /pbkdf2|\$2[aby]\$/,
  'a connection string': /postgres(ql)?:\/\//,
  // Not a scoped package (`/@hono/…`) in a stack trace.
  'an email': /[^/\s]@/,
};

/** The lines that hold a secret, each with its name. Codes are those that were mailed. */
export function findLoggedSecrets(): string[] {
  const codes = outbox.flatMap(({ text }) => /^ {4}(\S+)$/m.exec(text)?.[1] ?? []);
  return lines.flatMap((line) => [
    ...Object.entries(SECRETS).flatMap(([name, pattern]) => (pattern.test(line) ? [`${name}: ${line}`] : [])),
    ...codes.flatMap((code) => (line.includes(code) ? [`a code: ${line}`] : [])),
  ]);
}

afterAll(() => {
  const found = findLoggedSecrets();
  // The next file starts with an empty log.
  lines.length = 0;
  if (found.length > 0) throw new Error(`The log holds\n${found.join('\n')}`);
});
