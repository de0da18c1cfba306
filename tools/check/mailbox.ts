// Codes out of a mailbox that a command shows: a log, a mail catcher, an API.
import { exec } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

const TIMEOUT_MS = 15_000;
const POLL_MS = 500;
/** Of a mailbox that shows everything at once. */
const BYTES_MAX = 256 * 1024 * 1024;

/** The mail that is waited for: to whom, and words that stand in no other. */
export interface Expected {
  email: string;
  username: string;
  says: string;
}

/**
 * Asks the mailbox until the mail is there, for so many seconds, and resolves to its code. The command runs in a shell
 * with the address in MAILBOX_TO; it prints the mails to that address, or all there are, as text, HTML or JSON.
 */
export async function readCode(command: string, expected: Expected, seconds: number): Promise<string> {
  const options = {
    env: { ...process.env, MAILBOX_TO: expected.email },
    timeout: TIMEOUT_MS,
    maxBuffer: BYTES_MAX,
  };
  const deadline = Date.now() + seconds * 1000;
  let complaint = '';
  while (Date.now() < deadline) {
    // An empty mailbox may be an error to the command.
    const { stdout, stderr } = await promisify(exec)(command, options).catch((error) => error);
    const code = findCode(String(stdout ?? ''), expected);
    if (code) return code;
    complaint = String(stderr ?? '').trim();
    await pause(POLL_MS);
  }
  const heard = complaint && `; its mailbox says: ${complaint}`;
  throw new Error(`no mail with a code came to ${expected.email} in ${seconds} s${heard}`);
}

/** The newest code in whatever a mailbox shows: other people's mails may be there too. */
const findCode = (mails: string, { username, says }: Expected) =>
  mails
    .split('Hello ')
    .filter((mail) => mail.startsWith(`${username},`) && mail.includes(says))
    // In JSON, the end of a tag may be written so.
    .flatMap((mail) => /(?:\b|\\u003e)([0-9A-HJKMNP-TV-Z]{8})\b/.exec(mail)?.[1] ?? [])
    .at(-1);
