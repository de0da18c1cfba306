// A tag is a word of any script: letters with their marks, digits, - and _, and what UAX #31 allows within words.
import { beforeAll, describe, expect, it } from 'vitest';
import { api } from './support/api';
import { type Person, signUp, write } from './support/people';

let me: Person;
beforeAll(async () => {
  me = await signUp();
});

const post = (tag: string) =>
  api('POST /posts', { token: me.token, json: { content: 'Tagged.', tags: [tag] } });

describe('a tag', () => {
  it.each([
    ['Persian, with a ZWNJ between letters that join', 'نرم\u200cافزار'],
    ['Persian, with a ZWNJ before a suffix', 'خانه\u200cها'],
    ['Hindi, with marks', 'हिन्दी'],
    ['Hindi, with a ZWJ after a virama', 'क्\u200dष'],
    ['Marathi, with a ZWNJ after a virama', 'प्\u200cलॅस्टिक'],
    ['Sinhala, with a ZWJ that joins', 'ක්\u200dරිකට්'],
    ['Malayalam, with a ZWJ at its end', 'അവന്\u200d'],
    ['Kannada, with a ZWNJ', 'ರಾಜ್\u200cಕುಮಾರ್'],
    ['Thai, with marks', 'ภาษาไทย'],
    ['Burmese', 'မြန်မာ'],
    ['Tibetan', 'བོད་ཡིག'],
    ['Catalan', 'col·lecció'],
    ['Japanese, with a middle dot', 'ジョン・レノン'],
    ['Hebrew, with gershayim', 'צה״ל'],
    ['Vietnamese, decomposed', 'tie\u0302\u0301ng'],
    ['Chinese of the supplementary planes', '𠮷野家'],
    ['digits, - and _', '-2_0-'],
    ['digits of another script', '١٢٣'],
  ])('may be %s', async (_, tag) => {
    const { status, body } = await post(tag);

    expect([status, body.tags]).toEqual([201, [tag.normalize('NFC').toLowerCase()]]);
    const found = await api(`GET /posts?tag=${encodeURIComponent(tag.normalize('NFD'))}`);
    expect(found.body.data.map(({ id }: { id: number }) => id)).toContain(body.id);
  });

  it.each([
    ['a joiner between Latin letters', 'a\u200db'],
    ['a ZWNJ between Latin letters', 'a\u200cb'],
    ['a ZWNJ between digits', '1\u200c2'],
    ['two joiners in a row', 'نرم\u200c\u200cافزار'],
    ['a ZWJ between Arabic letters', 'نرم\u200dافزار'],
    ['a ZWJ after a letter without a virama', 'क\u200dष'],
    ['a ZWNJ between an Arabic and a Latin letter', 'م\u200ca'],
    ['an apostrophe', "l'eau"],
    ['a typographic apostrophe', 'l’eau'],
    ['a dot', 'a.b'],
    ['a middle dot at its end', 'col·'],
    ['a space', 'a b'],
    ['an ideographic space', 'a\u3000b'],
    ['a number sign', '#a'],
    ['a soft hyphen', 'tra\u00adins'],
    ['a variation selector', 'a\ufe0fb'],
    ['a grapheme joiner', 'a\u034fb'],
    ['a filler, which is a letter by its category', 'a\u3164b'],
    ['an emoji', 'tea🍵'],
    ['a mark without a letter', '\u0301a'],
    ['a mark after a digit', '1\u0301'],
    ['tag characters', 'a\u{e0061}b'],
    ['an override of direction', 'a\u202eb'],
    ['a byte order mark', 'a\ufeffb'],
    ['51 characters', 'x'.repeat(51)],
    ['51 characters after NFC', 'e\u0301'.repeat(51)],
  ])('must not have %s', async (_, tag) => {
    for (const { status, body } of [
      await post(tag),
      await api(`GET /posts?tag=${encodeURIComponent(tag)}`),
    ]) {
      expect([status, body.errors?.length]).toEqual([422, 1]);
      expect(body.errors[0].message).toMatch(/ must be 1 to 50 letters, digits, - or _\.$/);
    }
  });

  it('is the same whether or not something invisible is around it, or a joiner joins nothing', async () => {
    for (const tag of ['\u200bکارها', 'کارها\ufeff', ' کارها\u200c', 'کار\u200cها']) {
      expect([tag, (await post(tag)).body.tags]).toEqual([tag, ['کارها']]);
    }
    const { tags } = await write(me, { tags: ['Ünder', 'u\u0308nder', ' ÜNDER\u200b'] });
    expect(tags).toEqual(['ünder']);
  });

  it('may have 50 characters of several units each', async () => {
    const longest = '\u{1E943}'.repeat(50);

    expect((await post(longest)).body.tags).toEqual([longest]);
    expect((await post('ᾂ'.normalize('NFD').repeat(50))).body.tags).toEqual(['ᾂ'.repeat(50)]);
  });
});
