import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, concatBytes } from '@noble/hashes/utils.js';
import type { CodeDraft } from '../db/json';
import type { Settings } from '../env';
import { macFor } from './keys';

/** Crockford's base 32, in which characters that look alike are one. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
/** 40 bits. */
const LENGTH = 8;
const SALT_BYTES = 16;

/** A code as it is mailed, and what is stored of it. */
export interface NewCode {
  code: string;
  draft: CodeDraft;
}

/**
 * A code for one person and purpose. It needs no slow hash: it is valid for ten minutes and five tries, and is hashed with
 * our secret, which a copy of the database doesn't hold.
 */
export function newCode(settings: Settings): NewCode {
  const random = crypto.getRandomValues(new Uint8Array(LENGTH));
  // 256 is a multiple of 32: no character is likelier than another.
  const code = Array.from(random, (byte) => ALPHABET[byte % ALPHABET.length]).join('');
  const salt = crypto.getRandomValues(new Uint8Array(SALT_BYTES));
  const digest = sha256(concatBytes(salt, macOf(settings, code)));
  return {
    code,
    draft: {
      salt: bytesToHex(salt),
      digest: bytesToHex(digest),
      lifetime_seconds: settings.CODE_LIFETIME_SECONDS,
      pepper: bytesToHex(macFor(settings.JWT_SECRET, 'mails', '')),
      mails_max: settings.MAILS_PER_ADDRESS,
      mails_window_seconds: settings.MAILS_WINDOW_SECONDS,
    },
  };
}

/** What the database hashes and compares. The code itself is in no statement, and so in no log of the database. */
export const presentedCode = (settings: Pick<Settings, 'JWT_SECRET'>, typed: string) =>
  bytesToHex(macOf(settings, normaliseCode(typed)));

const macOf = ({ JWT_SECRET }: Pick<Settings, 'JWT_SECRET'>, code: string) =>
  macFor(JWT_SECRET, 'codes', code);

const normaliseCode = (typed: string) =>
  typed.toUpperCase().replace(/[\s-]/g, '').replaceAll('O', '0').replace(/[IL]/g, '1');
