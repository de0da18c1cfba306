// Takes what the Worker logs, for the whole run, and fails the file whose lines say what no line may say.
import { afterAll } from 'vitest';
import { outbox } from '../../src/mail/adapters';

const CAPTURED: unique symbol = Symbol.for('ledge.log');
const shared = console as unknown as { [CAPTURED]?: string[] };
shared[CAPTURED] ??= captured();

/** Every line of the log since this file began. */
export const lines = shared[CAPTURED];

function captured(): string[] {
  const taken: string[] = [];
  for (const level of ['debug', 'info', 'log', 'warn', 'error'] as const) {
    const original = console[level].bind(console);
    console[level] = (...args: unknown[]) => {
      const [line] = args;
      // Other lines are the test runner's, or a test's own.
      if (typeof line === 'string' && line.startsWith('{"level":')) taken.push(line);
      else original(...args);
    };
  }
  return taken;
}

const SECRETS: Record<string, RegExp> = {
  'an access token': /eyJ[\w-]+\.[\w-]+\.[\w-]+/,
  'a refresh token': /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.[\w-]{43}/,
  'a password': /battery staple/,
  'a hash': /pbkdf2|\$2[aby]\$/,
  'a connection string': /postgres(ql)?:\/\//,
  // A package of a scope (`/@hono/…`) stands in the frames of a stack.
  'an email': /[^/\s]@/,
};

/** The lines that hold a secret, each with its name. Codes are those that were really mailed. */
export function leaks(): string[] {
  const codes = outbox.flatMap(({ text }) => /^ {4}(\S+)$/m.exec(text)?.[1] ?? []);
  return lines.flatMap((line) => [
    ...Object.entries(SECRETS).flatMap(([name, pattern]) => (pattern.test(line) ? [`${name}: ${line}`] : [])),
    ...codes.flatMap((code) => (line.includes(code) ? [`a code: ${line}`] : [])),
  ]);
}

afterAll(() => {
  const found = leaks();
  // One file's fault is not the next one's, and no line is looked at forty times.
  lines.length = 0;
  if (found.length > 0) throw new Error(`The log holds\n${found.join('\n')}`);
});
