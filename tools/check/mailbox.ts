// Reads codes from a mailbox that a command prints: a log, a mail catcher, an API.
import { exec } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Unchecked } from './unchecked.ts';

const TIMEOUT_MS = 15_000;
const POLL_MS = 500;
/** The largest output of the command, which may print all mails. */
const BYTES_MAX = 256 * 1024 * 1024;

/** The expected mail: its recipient, and words that are in no other mail. */
export interface Expected {
  email: string;
  username: string;
  says: string;
}

/**
 * Reads the mailbox until the mail is there, for at most `seconds`; resolves to its code. The command runs in a shell with
 * the address in MAILBOX_TO. It prints the mails to that address, or all mails, as text, HTML or JSON. Throws `Unchecked`
 * when it failed each time: then nobody knows whether the mail came.
 */
export async function readCode(command: string, expected: Expected, seconds: number): Promise<string> {
  const options = {
    env: { ...process.env, MAILBOX_TO: expected.email },
    timeout: TIMEOUT_MS,
    maxBuffer: BYTES_MAX,
  };
  const deadline = Date.now() + seconds * 1000;
  let lastError = '';
  let wasRead = false;
  while (Date.now() < deadline) {
    // The command may fail while the mailbox is empty.
    const {
      stdout,
      stderr,
      code: status = 0,
    } = await promisify(exec)(command, options).catch((error) => error);
    const code = findCode(String(stdout ?? ''), expected);
    if (code) return code;
    wasRead ||= status === 0;
    lastError = String(stderr ?? '').trim();
    await pause(POLL_MS);
  }
  const reason = lastError && `; its mailbox says: ${lastError}`;
  if (!wasRead) throw new Unchecked(`the command of the mailbox failed each time${reason}`);
  throw new Error(`no mail with a code came to ${expected.email} in ${seconds} s${reason}`);
}

/** The newest code for this person; the mailbox may also have mails to others. */
const findCode = (mails: string, { username, says }: Expected) =>
  mails
    .split('Hello ')
    .filter((mail) => mail.startsWith(`${username},`) && mail.includes(says))
    // JSON may escape the end of a tag.
    .flatMap((mail) => /(?:\b|\\u003e)([0-9A-HJKMNP-TV-Z]{8})\b/.exec(mail)?.[1] ?? [])
    .at(-1);
