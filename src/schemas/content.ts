import { partsOutsideCode } from './code';
import { MEDIALS, readTag, TAGS_MAX } from './tags';
import { isUsername } from './texts';

/** The names that are looked up for one content, so that it costs no more than a page of posts. */
export const MENTIONS_MAX = 50;

/**
 * A text in pieces: the rest of a URL, a mention, a hashtag, a word, a sign that addresses and URLs have between words, and
 * whatever else. What a piece begins with decides which it is, so no character is read again.
 */
const PIECE = new RegExp(
  [
    String.raw`(?<url>:\/\/[^\s<>"\u0060\u3000-\u303f\uff00-\uff1f]*)`,
    '[@＠](?<name>[A-Za-z0-9_]*)',
    String.raw`[#＃](?<tag>(?:[\p{L}\p{N}\p{M}_\u200C\u200D-]|(?<=\p{L}\p{M}*)[${MEDIALS}](?=\p{L}))*)`,
    String.raw`(?<word>[\p{L}\p{N}\p{M}_&]+)`,
    `(?<sign>[.!"$%'*+/=?^{|}~-])`,
    String.raw`[\s\S]`,
  ].join('|'),
  'gu',
);

/** `@ann@host` and `@ann.host` name accounts elsewhere; `@annä` is another word, `@http://` a URL. */
const NOT_AFTER_NAME = /^(?:[@＠\p{M}]|\p{Script=Latin}|\.[A-Za-z0-9]|:\/\/)/u;
const URL_REST = '://';
const LETTER = /\p{L}/u;

/** What a content names, each once, in order of first appearance; null where it names nothing. */
export interface Named {
  /** As they were written; the database knows whose they are. */
  mentions: string[] | null;
  hashtags: string[] | null;
}

/** Reads `@username` and `#tag` outside of code, URLs and email addresses. Takes time that grows with the content. */
export function readContent(content: string): Named {
  if (!/[@#＠＃]/.test(content)) return { mentions: null, hashtags: null };
  const mentions = new Set<string>();
  const hashtags = new Set<string>();
  for (const part of partsOutsideCode(content)) readPart(part, mentions, hashtags);
  return { mentions: firstOf(mentions, MENTIONS_MAX), hashtags: firstOf(hashtags, TAGS_MAX) };
}

const firstOf = (names: Set<string>, max: number) => (names.size > 0 ? [...names].slice(0, max) : null);

function readPart(part: string, mentions: Set<string>, hashtags: Set<string>): void {
  // Whether a word was read since the last space or bracket: a sign and what follows it may be of one address with it.
  let inAddress = false;
  // Whether a word ends right here.
  let afterWord = false;
  let last = '';
  for (const { 0: piece, groups, index } of part.matchAll(PIECE)) {
    const { name, tag, word, sign, url } = groups as Record<string, string | undefined>;
    if (name !== undefined || tag !== undefined) {
      // No local part of an address ends with a dot (RFC 5322 §3.2.3): that is the end of a sentence.
      const begins: boolean = !afterWord && (!inAddress || last === '.');
      const next = part.slice(index + piece.length, index + piece.length + 3);
      const found: boolean =
        begins &&
        (name === undefined ? readHashtag(tag ?? '', next, hashtags) : readName(name, next, mentions));
      inAddress = !found;
      afterWord = true;
    } else {
      afterWord = word !== undefined || url !== undefined;
      inAddress = afterWord || (sign !== undefined && inAddress);
    }
    last = piece;
  }
}

function readName(name: string, next: string, mentions: Set<string>): boolean {
  if (!isUsername(name) || NOT_AFTER_NAME.test(next)) return false;
  mentions.add(name);
  return true;
}

/** A hashtag holds a letter: `#1` counts something. Dashes at its end are those of the sentence. */
function readHashtag(text: string, next: string, hashtags: Set<string>): boolean {
  const tag = LETTER.test(text) && next !== URL_REST ? readTag(withoutDashes(text)) : undefined;
  if (tag === undefined) return false;
  hashtags.add(tag);
  return true;
}

function withoutDashes(text: string): string {
  let end = text.length;
  while (text[end - 1] === '-') end -= 1;
  return text.slice(0, end);
}
