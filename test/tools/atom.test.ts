// Feeds against the schema of Atom, with whatever the database may hold.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { parseAtomFeed } from 'feedsmith';
import { RelaxNGValidator, XmlDocument } from 'libxml2-wasm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import app from '../../src/index';

const IDENTITY = '0b8a5f6e-52c1-4d6f-9f0e-3a2f0f1f7c11';
const SETTINGS = {
  ENVIRONMENT: 'development',
  DATABASE_URL: 'postgres://ledge:x@localhost/ledge',
  JWT_SECRET: 'x'.repeat(32),
  JWT_ISSUER: 'ledge',
  JWT_AUDIENCE: 'ledge',
};
const RUNS = 100;

let validator: RelaxNGValidator;
beforeAll(() => {
  const schema = XmlDocument.fromString(readFileSync(path.join(import.meta.dirname, 'atom.rng'), 'utf8'));
  validator = RelaxNGValidator.fromDoc(schema);
});
afterAll(() => validator.dispose());

/** Throws when a document is not well-formed, or not what the schema says. */
function checkFeed(text: string): void {
  const document = XmlDocument.fromString(text);
  try {
    validator.validate(document);
  } finally {
    document.dispose();
  }
}

/** What the API answers where the database answers this. */
async function readFeed(address: string, found: object): Promise<string> {
  const database = { row: async () => [found] };
  const context = { waitUntil: () => undefined, passThroughOnException: () => undefined, props: {} };
  const response = await app.fetch(
    new Request(address),
    { ...SETTINGS, DATABASE: database } as never,
    context as never,
  );
  expect(response.status).toBe(200);
  return response.text();
}

// Any units, halves of surrogate pairs among them, and often those that XML takes for something.
const unit = fc.oneof(
  fc.constantFrom(...'<>&"\'\t\n\r \u0000\u0001\u000b\u0085\u2028\ufeff\ufffe\uffff]]>'),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 3 }),
  fc.integer({ min: 0xd800, max: 0xdfff }).map((code) => String.fromCharCode(code)),
);
const anyText = fc.array(unit, { minLength: 1, maxLength: 120 }).map((units) => units.join(''));
const time = fc
  .date({ min: new Date('1970-01-02Z'), max: new Date('9999-12-31Z'), noInvalidDate: true })
  .map((date) => date.toISOString());
const username = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_]{2,29}$/);
const tag = fc.stringMatching(/^[a-z0-9é日_-]{1,50}$/u);
const id = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });

const posts = fc.array(
  fc.record({
    id,
    title: fc.option(anyText),
    content: anyText,
    tags: fc.array(tag, { maxLength: 10 }),
    created_at: time,
    published_at: time,
    edited_at: fc.option(time),
    owner: fc.record({ id, username, avatar_url: fc.constant(null) }),
  }),
  { maxLength: 5 },
);

const page = (items: object[]) => ({
  items,
  first: ['2026-01-01T00:00:00.000Z', 1],
  last: ['2026-01-01T00:00:00.000Z', 1],
  beyond: false,
  total: null,
  identity: IDENTITY,
  user: null,
});

/** The parser of this test drops a mark of the byte order at the beginning of a long text, one of several. */
const withoutMark = (text: string) => text.replace(/^\ufeff+/, '');

/** What XML can hold of a text. */
const heldBy = (text: string) =>
  withoutMark(text.replaceAll(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, ''));

describe('a feed of all posts', () => {
  it('is valid, and holds what XML can hold of its posts', () =>
    fc.assert(
      fc.asyncProperty(posts, fc.boolean(), fc.option(tag), async (items, more, name) => {
        const query = name === null ? '' : `?tag=${encodeURIComponent(name)}`;
        const text = await readFeed(`https://ledge.example/posts/feed.atom${query}`, {
          ...page(items),
          more: more && items.length > 0,
        });

        checkFeed(text);
        const document = XmlDocument.fromString(text);
        const contents = document
          .find('/a:feed/a:entry/a:content', { a: 'http://www.w3.org/2005/Atom' })
          .map(({ content }) => withoutMark(content));
        document.dispose();
        expect(contents).toEqual(items.map(({ content }) => heldBy(content)));
        const { links = [], entries = [] } = parseAtomFeed(text);
        const rels = ['self', 'alternate', 'first', ...(more && items.length > 0 ? ['next'] : [])];
        expect(links.map(({ rel }) => rel)).toEqual(rels);
        for (const { title } of entries) expect(title?.value).toMatch(/\S/);
      }),
      { numRuns: RUNS },
    ));
});

describe('a feed of a person', () => {
  it('is valid under any host', () =>
    fc.assert(
      fc.asyncProperty(posts, username, fc.webAuthority(), fc.boolean(), async (items, name, host, more) => {
        const user = { id: 1, username: name, avatar_url: null, created_at: '2026-01-01T00:00:00.000Z' };

        const text = await readFeed(`http://${host}/users/${name}/feed.atom?limit=5`, {
          ...page(items),
          more: more && items.length > 0,
          user,
        });

        checkFeed(text);
        expect(parseAtomFeed(text).id).toBe(`tag:ledge,2026:${IDENTITY}/users/1`);
      }),
      { numRuns: RUNS },
    ));
});

describe('the schema', () => {
  const entry = `<entry><id>tag:a,2026:b</id><title>t</title><link rel="alternate" type="text/html" href="https://a/b"/>
    <published>2026-01-01T00:00:00Z</published><updated>2026-01-01T00:00:00Z</updated>
    <author><name>a</name><uri>https://a/@a</uri></author><content type="text">c</content></entry>`;
  const feedOf = (inside: string) =>
    `<feed xmlns="http://www.w3.org/2005/Atom"><id>tag:a,2026:b</id><title>t</title><updated>2026-01-01T00:00:00Z</updated>
     <link rel="self" type="application/atom+xml" href="https://a/feed.atom"/><generator>Ledge</generator>${inside}</feed>`;

  it('takes what is right', () => {
    expect(() => checkFeed(feedOf(entry))).not.toThrow();
  });

  it.each([
    ['no id', (text: string) => text.replace('<id>tag:a,2026:b</id>', '')],
    ['an id that is no tag', (text: string) => text.replace('tag:a,2026:b', 'https://a/b')],
    ['a title of nothing', (text: string) => text.replace('<title>t</title>', '<title> </title>')],
    ['no title', (text: string) => text.replace('<title>t</title>', '')],
    ['no time', (text: string) => text.replace(/<updated>.*?<\/updated>/, '')],
    ['a time without a zone', (text: string) => text.replace('00:00Z</updated>', '00:00</updated>')],
    ['an author without a name', (text: string) => text.replace('<name>a</name>', '')],
    ['an entry without an author', (text: string) => text.replace(/<author>.*<\/author>/, '')],
    ['a second content', (text: string) => text.replace(/<content.*?<\/content>/, '$&$&')],
    ['a relative address', (text: string) => text.replace('https://a/b', '/b')],
    ['something else', (text: string) => text.replace('<entry>', '<entry><votes>1</votes>')],
  ])('refuses %s', (_, change) => {
    expect(() => checkFeed(feedOf(change(entry)))).toThrow();
  });
});
