import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MENTIONS_MAX, readContent } from '../src/schemas/content';
import { TAGS_MAX } from '../src/schemas/tags';

/** What a content names, in the form in which these tests write it. */
const named = (content: string) => {
  const { mentions, hashtags } = readContent(content);
  return [...(mentions ?? []).map((name) => `@${name}`), ...(hashtags ?? []).map((tag) => `#${tag}`)];
};

describe('readContent', () => {
  it.each([
    ['@ann', ['@ann']],
    ['@ann.', ['@ann']],
    ['Thanks, @ann!', ['@ann']],
    ['Thanks.@ann', ['@ann']],
    ['.@ann says', ['@ann']],
    ['@ann_b', ['@ann_b']],
    ['(@ann)', ['@ann']],
    ['“@ann” and «@bob»', ['@ann', '@bob']],
    ['\'@ann\', "@bob"', ['@ann', '@bob']],
    ["@ann's and @bob’s", ['@ann', '@bob']],
    ['**@ann**', ['@ann']],
    ['@ann/@bob,@eve;@kim', ['@ann', '@bob', '@eve', '@kim']],
    ['cc:@ann', ['@ann']],
    ['@ann-marie', ['@ann']],
    ['👋@ann👋', ['@ann']],
    ['「@ann」', ['@ann']],
    ['@annさん', ['@ann']],
    ['@ann님', ['@ann']],
    ['@annу', ['@ann']],
    ['＠ann', ['@ann']],
    ['@ann @Ann @ann', ['@ann', '@Ann']],
    ['\n@ann\r\n@bob\t@eve\u00a0@kim', ['@ann', '@bob', '@eve', '@kim']],
    [`@${'a'.repeat(30)}`, [`@${'a'.repeat(30)}`]],
  ])('finds the mentions of %j', (content, expected) => {
    expect(named(content)).toEqual(expected);
  });

  it.each([
    '@',
    '@ ann',
    '@an',
    '@1ann',
    '@_ann',
    `@${'a'.repeat(31)}`,
    '@@ann',
    '#@ann',
    '@annä',
    '@ann\u0301',
    '@ａｎｎ',
    'é@ann',
    '漢@ann',
    '٣@ann',
    'a_@ann',
    'and@ann',
    '@a@a@a',
    '@ann@example',
    '@ann@example.com',
    '@ann＠example',
    '@ann.example.com',
  ])('finds no mention in %j', (content) => {
    expect(named(content)).toEqual([]);
  });

  it.each([
    'ann@example.com',
    'mailto:ann@example.com',
    'ann.b+news@example.com',
    'ann+@example.com',
    "o'neil-@example.com",
    '"ann b"@example.com',
    'jürgen@example.de',
    'дима@example.com',
    '<ann@example.com>',
    'ann＠example.com',
    'git@github.com:ann/repo#readme',
    'https://example.com/@ann',
    'https://example.com/#top',
    'https://example.com/a?b=@ann&c=#d',
    '(https://example.com/@ann)',
    '[here](https://example.com/@ann/1#two)',
    '<https://example.com/@ann>',
    'HTTPS://EXAMPLE.COM/@ann',
    'gemini://example.com/@ann',
    'example.com/@ann',
    'www.example.com/a/#top',
    'localhost:8787/docs#section',
    '#https://example.com',
    '@http://example.com',
    'one &#x27; two',
    'R&D@ann',
  ])('finds nothing in the address %j', (content) => {
    expect(named(content)).toEqual([]);
    expect(named(`@one ${content} #two`)).toEqual(['@one', '#two']);
  });

  it.each([
    ['https://example.com/a @ann', ['@ann']],
    ['https://example.com/漢、@ann', ['@ann']],
    ['<https://example.com>@ann', ['@ann']],
    ['ann@example.com,@bob', ['@bob']],
  ])('finds what follows the address of %j', (content, expected) => {
    expect(named(content)).toEqual(expected);
  });

  it.each([
    ['#tag', ['#tag']],
    ['#Tag, #TAG; #tag.', ['#tag']],
    ['#a-b', ['#a-b']],
    ['#a_b', ['#a_b']],
    ['#a- and #b--', ['#a', '#b']],
    ['#v1.2', ['#v1']],
    ['#1st', ['#1st']],
    ['#2026-goals', ['#2026-goals']],
    ['(#one)/#two', ['#one', '#two']],
    ['#a#b', ['#a']],
    ['＃タグ', ['#タグ']],
    ['#été', ['#été']],
    ['#été'.normalize('NFD'), ['#été']],
    ['#İstanbul', ['#istanbul']],
    ['#हिन्दी।', ['#हिन्दी']],
    ['#ไทย', ['#ไทย']],
    ['#東京、#大阪', ['#東京', '#大阪']],
    ['#cats🐈', ['#cats']],
    [`#${'x'.repeat(50)}`, [`#${'x'.repeat(50)}`]],
  ])('finds the hashtags of %j', (content, expected) => {
    expect(named(content)).toEqual(expected);
  });

  it.each([
    '#',
    '# heading',
    '## heading',
    '##x',
    '#1',
    '#2026',
    '#1-2_3',
    '#-',
    '#_',
    '#٣',
    '#️⃣',
    '#🐈',
    '#\u0301a',
    '#1\u0301a',
    'a#b',
    'é#b',
    '@an#b',
    'C#',
    '#a://b',
    `#${'x'.repeat(51)}`,
    `#${'x'.repeat(5_000)}`,
  ])('finds no hashtag in %j', (content) => {
    expect(named(content)).toEqual([]);
  });

  it.each([
    ['`@ann` @bob', ['@bob']],
    ['``@ann ` #x`` @bob', ['@bob']],
    ['`a`@ann`#b`', ['@ann']],
    ['one `@two\nthree` #four', ['#four']],
    ['```\n@ann\n\n#x\n```\n@bob', ['@bob']],
    ['   ```ts\n@ann\n   ```  \n@bob', ['@bob']],
    ['````\n```\n@ann\n````\n@bob', ['@bob']],
    ['```\r\n@ann\r\n```\r\n@bob', ['@bob']],
    ['@ann\n```\n@bob', ['@ann']],
    ['```\n@ann\n``` @bob\n```\n@eve', ['@eve']],
    ['```@ann``` @bob', ['@bob']],
    ['> ```\n> @ann\n> ```\n> @bob', ['@bob']],
    ['it`s @ann', ['@ann']],
    ['it`s @ann\n\nit`s #x', ['@ann', '#x']],
    ['`` @ann `', ['@ann']],
    ['    ```\n@ann', ['@ann']],
  ])('leaves out the code of %j', (content, expected) => {
    expect(named(content)).toEqual(expected);
  });

  it('answers null where a content names nothing', () => {
    for (const content of ['', 'A note.', 'a@example.com', '#1', '`@ann`'])
      expect(readContent(content)).toEqual({ mentions: null, hashtags: null });
  });

  it(`names at most ${MENTIONS_MAX} people and ${TAGS_MAX} tags: the first`, () => {
    const content = Array.from({ length: 200 }, (_, i) => `@name${i} #tag${i}`).join(' ');
    const { mentions, hashtags } = readContent(content);
    expect(mentions).toEqual(Array.from({ length: MENTIONS_MAX }, (_, i) => `name${i}`));
    expect(hashtags).toEqual(Array.from({ length: TAGS_MAX }, (_, i) => `tag${i}`));
  });

  // Pieces that name something, and what stands around and between them without joining them to an address.
  const pieces = fc.constantFrom(
    '@ann',
    '@bob_2',
    '＠Eve',
    '#x',
    '＃Ünï-1',
    '#日本',
    'word',
    '12',
    'é',
    '👋',
    '-',
  );
  const spaces = fc.constantFrom(' ', '\n', ', ', ' (', '」「', '… ', ': ', '\n\n', '\u2003');
  const joined = fc
    .array(fc.tuple(pieces, spaces), { maxLength: 30 })
    .map((list) => ({ text: list.flat().join(''), words: list.map(([piece]) => piece) }));
  const expectedOf = (words: string[]) => {
    const of = (signs: RegExp) => [...new Set(words.filter((word) => signs.test(word)))];
    return [
      ...of(/^[@＠]/).map((word) => `@${word.slice(1)}`),
      ...of(/^[#＃]/).map((word) => `#${word.slice(1).toLowerCase()}`),
    ];
  };

  it('finds every piece of a text, in order, each once', () => {
    fc.assert(
      fc.property(joined, ({ text, words }) => {
        expect(named(text)).toEqual(expectedOf(words));
      }),
    );
  });

  it('finds nothing in any text that is code, and all of what stands around it', () => {
    const fence = fc.constantFrom('`', '``', '````');
    fc.assert(
      fc.property(joined, joined, fence, (inside, outside, ticks) => {
        const line = inside.text.replaceAll('\n', ' ');
        expect(named(`#one ${ticks}${line}${ticks} ${outside.text}`)).toEqual(
          expectedOf(['#one', ...outside.words]),
        );
        expect(named(`#one\n\`\`\`js\n${inside.text}\n\`\`\`\n${outside.text}`)).toEqual(
          expectedOf(['#one', ...outside.words]),
        );
      }),
    );
  });

  it('takes any text: what it names stands there, and is a legal name', () => {
    const signs = fc.constantFrom(
      '@',
      '#',
      '`',
      '.',
      '-',
      '_',
      '/',
      ':',
      '&',
      '\n',
      ' ',
      'a',
      'abc',
      '1',
      'é',
      '\u0301',
    );
    const texts = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 200 }),
      fc.array(signs, { maxLength: 200 }).map((list) => list.join('')),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const { mentions, hashtags } = readContent(text);
        for (const name of mentions ?? []) {
          expect(name).toMatch(/^[A-Za-z][A-Za-z0-9_]{2,29}$/);
          expect(text).toMatch(new RegExp(`[@＠]${name}(?![A-Za-z0-9_])`));
        }
        for (const tag of hashtags ?? []) expect(tag).toMatch(/^[\p{L}\p{M}\p{N}_-]{1,50}$/u);
        expect(readContent(text)).toEqual({ mentions, hashtags });
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['@a'],
    ['@a '],
    ['@abc '],
    ['@'],
    ['#'],
    ['#a'],
    ['#1 '],
    ['#-'],
    ['#a\u0301'],
    ['\u0301#'],
    ['`'],
    ['` '],
    ['`` ` '],
    ['`\n'],
    ['`\n\n'],
    ['```\n'],
    ['```a`\n'],
    ['://'],
    ['a.'],
    ['a+@'],
    ['@ann.'],
  ])('takes time that grows with the length of %j, repeated', (piece) => {
    // Twenty times the longest content. Time that grows with the square would be minutes; this leaves room for a busy machine.
    const content = `${piece.repeat(200_000 / piece.length)} @ann #x`;
    const start = performance.now();
    readContent(content);
    expect(performance.now() - start).toBeLessThan(10_000);
  });
});
