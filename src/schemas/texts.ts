// Every kind of text that comes in: what it is normalised to, and what it may hold. No other file judges a text.
import { toOpaqueString } from '../opaque-string';
import {
  countCharacters,
  dropInvisibleEdges,
  hasControls,
  hasControlsBesideBreaks,
  hasTooManyMarks,
  inOneLine,
  isBidiClosed,
  isBlank,
  isUnicodeText,
  isVisible,
  MARKS_IN_A_ROW_MAX,
  UNITS_PER_CHARACTER_MAX,
  withLineFeeds,
} from './characters';
import { type Fault, fault, stringOf } from './faults';
import { isPublicHost } from './hosts';
import { readTag, TAG_LENGTH_MAX, TAG_UNITS_MAX } from './tags';

const NOT_UNICODE_TEXT = fault('invalid_characters', 'must be Unicode text without NUL');
const HAS_CONTROLS = fault('invalid_characters', 'must not hold control characters');
const EMPTY = fault('too_short', 'must not be empty');
const tooLong = (max: number) => fault('too_long', `must have at most ${max} characters`);

type TextKind = 'prose' | 'line' | 'word';

/** A text in NFC, trimmed, of at most `max` code points of which at least one is visible. */
function readText(given: string, max: number, kind: TextKind): string | Fault {
  if (!isUnicodeText(given)) return NOT_UNICODE_TEXT;
  if (hasTooManyMarks(given))
    return fault('invalid_characters', `must have at most ${MARKS_IN_A_ROW_MAX} combining marks in a row`);
  const broken = { prose: withLineFeeds, line: inOneLine, word: (word: string) => word }[kind](given);
  if ((kind === 'prose' ? hasControlsBesideBreaks : hasControls)(broken)) return HAS_CONTROLS;
  const text = broken.normalize('NFC').trim();
  if (text === '') return EMPTY;
  if (!isVisible(text)) return fault('too_short', 'must have a visible character');
  if (kind === 'line' && !isBidiClosed(text))
    return fault('invalid_characters', 'must end each change of direction that it begins');
  return countCharacters(text) > max ? tooLong(max) : text;
}

const STRING_OR_NULL: ['string', 'null'] = ['string', 'null'];

const orNull =
  (read: (given: string) => string | Fault) =>
  (given: string): string | null | Fault =>
    isBlank(given) ? null : read(given);

/** Several lines, as `content` and `bio` are: line breaks and tabs are kept. */
export const textOf = (max: number) =>
  stringOf((given) => readText(given, max, 'prose')).openapi({
    type: 'string',
    minLength: 1,
    maxLength: max,
  });

/** The same, where it may be left out: null if it is empty or blank. */
export const optionalTextOf = (max: number) =>
  stringOf(orNull((given) => readText(given, max, 'prose')))
    .nullable()
    .openapi({ type: STRING_OR_NULL, maxLength: max });

/** One line, as a title is; null if it is empty or blank. */
export const optionalLineOf = (max: number) =>
  stringOf(orNull((given) => readText(given, max, 'line')))
    .nullable()
    .openapi({ type: STRING_OR_NULL, maxLength: max });

/** What is searched for: as it was typed. The index marks its entries with control characters. */
export const searchOf = (max: number) =>
  stringOf((given) => readText(given, max, 'word')).openapi({ type: 'string', minLength: 1, maxLength: max });

/** Room for what is around a name, a code or a token. */
const UNITS_MAX = 1_000;

type Judge = (text: string) => Fault | undefined;

/** A short text that is looked up or compared: what is invisible around it is dropped. */
function readName(given: string, max: number, judge: Judge): string | Fault {
  if (given.length > UNITS_MAX) return tooLong(max);
  if (!isUnicodeText(given)) return NOT_UNICODE_TEXT;
  const name = dropInvisibleEdges(given).normalize('NFC');
  if (name === '') return EMPTY;
  return countCharacters(name) > max ? tooLong(max) : (judge(name) ?? name);
}

/** A name or a code that must be known already. */
export const nameOf = (max: number, judge: Judge = () => undefined) =>
  stringOf((given) => readName(given, max, judge)).openapi({ type: 'string', minLength: 1, maxLength: max });

/**
 * A password of `min` to `max` characters: any, spaces at the ends included; nothing is trimmed or cut (NIST SP 800-63B
 * §3.1.1.2). Not NUL, with which HMAC pads a short key, and not half of a surrogate pair, which UTF-8 can't tell from
 * another half. Normalising takes time that grows with the square of a run of marks: only what may be of legal length is.
 */
export const passwordOf = (min: number, max: number, judge: Judge) =>
  stringOf((given) => {
    if (!isUnicodeText(given)) return NOT_UNICODE_TEXT;
    if (given.length > max * UNITS_PER_CHARACTER_MAX) return tooLong(max);
    const password = toOpaqueString(given);
    const length = countCharacters(password);
    if (length < min) return fault('too_short', `must have at least ${min} characters`);
    return length > max ? tooLong(max) : (judge(password) ?? password);
  }).openapi({ type: 'string', format: 'password', minLength: min, maxLength: max });

/** A secret that was given out or set before. It is compared in the form in which it was hashed, which only its hash tells. */
export const knownSecret = () =>
  stringOf((given) => {
    if (given === '') return EMPTY;
    if (given.length > UNITS_MAX) return tooLong(UNITS_MAX);
    return isUnicodeText(given) ? given : NOT_UNICODE_TEXT;
  }).openapi({ type: 'string', minLength: 1, maxLength: UNITS_MAX });

/** A password that was set before. */
export const knownPassword = () =>
  knownSecret().openapi({ format: 'password', example: 'correct horse battery staple' });

/** A field that is taken and not used. */
export const ignoredText = () =>
  stringOf((given) => (given.length > UNITS_MAX ? tooLong(UNITS_MAX) : given)).openapi({
    type: 'string',
    maxLength: UNITS_MAX,
  });

const EMAIL_MAX = 254;
const LOCAL_PART_MAX = 64;
/** The pattern of HTML's `<input type=email>` (HTML standard, "valid e-mail address"). */
const EMAIL =
  /^[\w.!#$%&'*+/=?^`{|}~-]+@[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?(?:\.[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?)*$/i;

export const email = () =>
  nameOf(EMAIL_MAX, (address) => {
    if (!EMAIL.test(address)) return fault('invalid_format', 'must be an email address');
    // RFC 5321 §4.5.3.1.1
    if (address.indexOf('@') <= LOCAL_PART_MAX) return undefined;
    return fault('too_long', `must have at most ${LOCAL_PART_MAX} characters before the @`);
  }).openapi({ format: 'email' });

const USERNAME = /^[A-Za-z][A-Za-z0-9_]{2,29}$/;

export const isUsername = (name: string) => USERNAME.test(name);

const NOT_A_USERNAME = fault(
  'invalid_format',
  'must be 3 to 30 letters, digits or _, and start with a letter',
);
const readUsername = (judge: Judge) => (given: string) =>
  readName(given, UNITS_MAX, (name) => judge(name) ?? (isUsername(name) ? undefined : NOT_A_USERNAME));

/** A username as somebody chooses it. */
export const username = (judge: Judge) =>
  stringOf(readUsername(judge)).openapi({
    type: 'string',
    minLength: 3,
    maxLength: 30,
    pattern: USERNAME.source,
  });

/** Null if it is empty or blank. */
export const optionalUsername = (judge: Judge) =>
  stringOf(orNull(readUsername(judge)))
    .nullable()
    .openapi({ type: STRING_OR_NULL, maxLength: 30 });

const NOT_A_TAG = fault('invalid_format', 'must be 1 to 50 letters, digits, - or _');

/** A tag as it is stored. */
export const tag = () =>
  stringOf((given) => {
    if (given.length > TAG_UNITS_MAX) return tooLong(TAG_LENGTH_MAX);
    if (!isUnicodeText(given)) return NOT_UNICODE_TEXT;
    return readTag(given) ?? NOT_A_TAG;
  }).openapi({ type: 'string', minLength: 1, maxLength: TAG_LENGTH_MAX });

const URL_MAX = 2_000;

/** The https URL of a public host, in the form of the URL standard, which leaves nothing that has to be escaped in HTML. */
function readPublicUrl(given: string): string | Fault {
  // Room for what the URL standard shortens; looking for the edges takes time that grows with the square of the length.
  if (given.length > 2 * URL_MAX) return tooLong(URL_MAX);
  if (!isUnicodeText(given)) return NOT_UNICODE_TEXT;
  const text = dropInvisibleEdges(given);
  if (hasControls(text)) return HAS_CONTROLS;
  if (!/^https:\/\//i.test(text) || !URL.canParse(text))
    return fault('invalid_format', 'must be an https URL');
  const { href, hostname, username: user, password } = new URL(text);
  if (user || password) return fault('invalid_format', 'must not hold a name or a password');
  if (!isPublicHost(hostname)) return fault('invalid_format', 'must be on a public host');
  return href.length > URL_MAX ? tooLong(URL_MAX) : href;
}

/** Null if it is empty or blank. */
export const optionalPublicUrl = () =>
  stringOf(orNull(readPublicUrl)).nullable().openapi({ type: STRING_OR_NULL, format: 'uri' });
