import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { Failure } from './failure.ts';
import { plain } from './print.ts';

/** Asks before something that can't be undone; throws when the answer is no, or stdin is not a terminal. */
export async function confirm(question: string, { force }: { force?: boolean | undefined }): Promise<void> {
  if (force) return;
  if (!process.stdin.isTTY) throw new Failure(`${question} There is no terminal to answer at: use --force.`);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`${plain(question)} [y/N] `).finally(() => terminal.close());
  if (!/^y(es)?$/i.test(answer.trim())) throw new Failure('Nothing was done.');
}

/**
 * Reads a password without echo, or from the first line of stdin. An argument would be in process lists and histories.
 * `check` throws for one that is not allowed, before it is asked for again.
 */
export async function readPassword(check: (password: string) => void): Promise<string> {
  if (!process.stdin.isTTY) {
    const [line = ''] = (await text(process.stdin)).split(/\r?\n/);
    if (line === '') throw new Failure('The password is read from stdin, and stdin is empty.');
    check(line);
    return line;
  }
  const first = await askHidden('Password: ');
  check(first);
  if (first !== (await askHidden('Again: '))) throw new Failure('The passwords do not match.');
  return first;
}

async function askHidden(prompt: string): Promise<string> {
  process.stderr.write(prompt);
  const sink = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: sink, terminal: true });
  terminal.once('SIGINT', () => {
    process.stderr.write('\n');
    process.exit(130);
  });
  const answer = await terminal.question('').finally(() => terminal.close());
  process.stderr.write('\n');
  return answer;
}
