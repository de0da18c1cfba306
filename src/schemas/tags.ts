// Which words a tag may be: letters, digits, `-`, `_`, and what words of some scripts have inside (UAX #31, "medial").
import { BLANKS, countCharacters, dropInvisibleEdges, UNITS_PER_CHARACTER_MAX } from './characters';

/** The most tags of a post. */
export const TAGS_MAX = 10;
export const TAG_LENGTH_MAX = 50;
/** Room for each letter decomposed, and for what is around it. */
export const TAG_UNITS_MAX = TAG_LENGTH_MAX * UNITS_PER_CHARACTER_MAX + 100;

/** What words of some scripts have between two letters: the middle dots of Catalan and Japanese, Hebrew's geresh and gershayim, Tibetan's tsheg. */
export const MEDIALS = '\\u00B7\\u05F3\\u05F4\\u0F0B\\u30FB';

/** Fillers and variation selectors are letters and marks by category. */
const DRAWN = `(?![\\p{Default_Ignorable_Code_Point}${BLANKS}])`;

/** A letter with its marks. */
const LETTER = `${DRAWN}\\p{L}(?:${DRAWN}\\p{M})*`;

/** Scripts whose letters join, so that a ZWNJ between two of them can be seen. */
const CURSIVE =
  '[\\p{sc=Arab}\\p{sc=Syrc}\\p{sc=Mong}\\p{sc=Nkoo}\\p{sc=Mand}\\p{sc=Mani}\\p{sc=Adlm}\\p{sc=Rohg}\\p{sc=Phag}\\p{sc=Sogd}\\p{sc=Chrs}]';

/** The Arabic letters that join to no letter after them (Joining_Type R, ArabicShaping.txt): a ZWNJ there shows nothing. */
const NEVER_JOINING =
  '[\\u0622-\\u0625\\u0627\\u0629\\u062F-\\u0632\\u0648\\u0671-\\u0673\\u0675-\\u0677\\u0688-\\u0699\\u06C0\\u06C3-\\u06CB\\u06CD\\u06CF\\u06D2\\u06D3\\u06D5\\u06EE\\u06EF\\u0759-\\u075B\\u076B\\u076C\\u0771\\u0773\\u0774\\u0778\\u0779\\u08AA-\\u08AC\\u08AE\\u08B1\\u08B2\\u08B9]';

/** The signs that suppress a vowel (Canonical_Combining_Class Virama), beside which a joiner chooses the form. */
const VIRAMA =
  '[\\u094D\\u09CD\\u0A4D\\u0ACD\\u0B4D\\u0BCD\\u0C4D\\u0CCD\\u0D3B\\u0D3C\\u0D4D\\u0DCA\\u0E3A\\u0EBA\\u0F84\\u1039\\u103A\\u1714\\u1715\\u1734\\u17D2\\u1A60\\u1B44\\u1BAA\\u1BAB\\u1BF2\\u1BF3\\u2D7F\\uA806\\uA82C\\uA8C4\\uA953\\uA9C0\\uAAF6\\uABED\\u{10A3F}\\u{11046}\\u{11070}\\u{1107F}\\u{110B9}\\u{11133}\\u{11134}\\u{111C0}\\u{11235}\\u{112EA}\\u{1134D}\\u{11442}\\u{114C2}\\u{115BF}\\u{1163F}\\u{116B6}\\u{1172B}\\u{11839}\\u{1193D}\\u{1193E}\\u{119E0}\\u{11A34}\\u{11A47}\\u{11A99}\\u{11C3F}\\u{11D44}\\u{11D45}\\u{11D97}]';

/** UAX #31 §2.3.1: rules A1 and A2 for ZWNJ, B for ZWJ. */
const JOINER = [
  `(?<=${CURSIVE}\\p{M}*)\\u200C(?=${CURSIVE})`,
  `(?<=${VIRAMA}\\p{M}*)\\u200C(?=\\p{L})`,
  `(?<=${VIRAMA}\\p{M}*)\\u200D`,
].join('|');

const MEDIAL = `(?<=[\\p{L}\\p{M}])[${MEDIALS}](?=\\p{L})`;

const TAG = new RegExp(`^(?:${LETTER}|[\\p{N}_-]|${JOINER}|${MEDIAL})+$`, 'u');
const IDLE_JOINER = new RegExp(`(?<=${NEVER_JOINING}\\p{M}*)\\u200C`, 'gu');
/** A ZWJ at the end may belong to the word, unlike all else that is invisible there. */
const FINAL_JOINER = new RegExp(`${VIRAMA}\\u200D$`, 'u');

/** A tag as it is stored; undefined where a text is none. */
export function readTag(given: string): string | undefined {
  if (given.length > TAG_UNITS_MAX) return undefined;
  const name = toTag(given);
  return TAG.test(name) && countCharacters(name) <= TAG_LENGTH_MAX ? name : undefined;
}

/**
 * The lower case of `İ` is two characters (Unicode's SpecialCasing.txt), of which the dot is dropped; so is a joiner where
 * nothing joins.
 */
function toTag(given: string): string {
  const trimmed = given.trim();
  const name = FINAL_JOINER.test(trimmed) ? trimmed : dropInvisibleEdges(trimmed);
  const lower = name.toLowerCase().replaceAll('i\u0307', 'i').normalize('NFC');
  return lower.replace(IDLE_JOINER, '');
}
