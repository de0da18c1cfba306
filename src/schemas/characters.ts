// What Unicode's properties say about characters: which are seen, which only steer, which break a line.

const INVISIBLE = '\\p{White_Space}\\p{Default_Ignorable_Code_Point}\\p{Cc}\\p{Cf}\\p{Cs}';

/** Characters that draw nothing although no property says so: fillers, and blank letters, notes and braille patterns. */
export const BLANKS = '\\u2800\\uFFFC\\u{13441}\\u{13442}\\u{16FE4}\\u{1D159}';

const VISIBLE = new RegExp(`[^${INVISIBLE}${BLANKS}]`, 'u');
const EDGES =
  /^[\p{White_Space}\p{Default_Ignorable_Code_Point}\p{Cf}]+|[\p{White_Space}\p{Default_Ignorable_Code_Point}\p{Cf}]+$/gu;

export const countCharacters = (text: string) => [...text].length;

/** Postgres stores no NUL in a text, and half of a surrogate pair is not a character. */
export const isUnicodeText = (text: string) => !text.includes('\0') && text.isWellFormed();

export const hasControls = (text: string) => /\p{Cc}/u.test(text);

export const hasControlsBesideBreaks = (text: string) => /[^\P{Cc}\n\t]/u.test(text);

/** Nothing but white space. */
export const isBlank = (text: string) => text.trim() === '';

export const isVisible = (text: string) => VISIBLE.test(text);

/** The first line that shows something, of at most `max` characters; it is cut after a word if there is one near. */
export function firstLine(text: string, max: number): string {
  const line = text.split('\n').find(isVisible)?.trim() ?? '';
  const characters = [...line];
  if (characters.length <= max) return line;
  const cut = characters.slice(0, max - 1).join('');
  const words = cut.replace(/\s+\S*$/u, '');
  return `${words.length > cut.length / 2 ? words : cut}…`;
}

/** Drops white space and invisible characters around a name, which come along when it is copied. Only for short texts. */
export const dropInvisibleEdges = (text: string) => text.replace(EDGES, '');

/** Line breaks as `\n`, however they were sent. */
export const withLineFeeds = (text: string) => text.replace(/\r\n?|[\u2028\u2029]/g, '\n');

/** One line: each run of white space is one space. Other control characters than tab and line break stay, to be refused. */
export const inOneLine = (text: string) => text.replace(/(?:[\t\n\r]|(?!\p{Cc})\p{White_Space})+/gu, ' ');

/** UAX #15 §13, the Stream-Safe Text Format: normalising takes time that grows with the square of a run of marks. */
export const MARKS_IN_A_ROW_MAX = 30;
const TOO_MANY_MARKS = new RegExp(`\\p{M}{${MARKS_IN_A_ROW_MAX + 1}}`, 'u');
export const hasTooManyMarks = (text: string) => TOO_MANY_MARKS.test(text);

/** The most UTF-16 units that canonical composition makes one character of. */
export const UNITS_PER_CHARACTER_MAX = 6;

const BIDI_ENDS = new Map([
  ...['\u202A', '\u202B', '\u202D', '\u202E'].map((start) => [start, '\u202C'] as const),
  ...['\u2066', '\u2067', '\u2068'].map((start) => [start, '\u2069'] as const),
]);

/**
 * Whether each embedding, override and isolate ends (UAX #9 §2). One that doesn't would also turn around what a page shows
 * after the text in the same line.
 */
export function isBidiClosed(text: string): boolean {
  const open: string[] = [];
  for (const [character] of text.matchAll(/[\u202A-\u202E\u2066-\u2069]/g)) {
    const end = BIDI_ENDS.get(character);
    if (end !== undefined) open.push(end);
    else if (open.pop() !== character) return false;
  }
  return open.length === 0;
}
