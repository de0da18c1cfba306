// Atom feeds (RFC 4287) of pages (RFC 5005 §3).

/** What XML 1.0 can hold of a text (§2.2). */
export const heldByXml = (text: string) =>
  text.replaceAll(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, '');

/** A tab or a line break in an attribute, and a carriage return anywhere, would be read as something else (§2.11, §3.3.3). */
const xmlText = (text: string) =>
  heldByXml(text).replaceAll(/[&<>"\r\n\t]/g, (character) => `&#${character.charCodeAt(0)};`);

export interface AtomLink {
  rel: 'self' | 'alternate' | 'first' | 'next' | 'previous';
  href: string;
}

interface AtomAuthor {
  name: string;
  uri: string;
}

export interface AtomEntry {
  id: string;
  title: string;
  published: string;
  updated: string;
  author: AtomAuthor;
  categories: string[];
  content: string;
  href: string;
}

export interface AtomFeed {
  id: string;
  title: string;
  updated: string;
  author: AtomAuthor | null;
  links: AtomLink[];
  entries: AtomEntry[];
}

const element = (name: string, text: string) => `<${name}>${xmlText(text)}</${name}>`;

/** The pages are for people, the others are feeds. */
const link = ({ rel, href }: AtomLink) =>
  `<link rel="${rel}" type="${rel === 'alternate' ? 'text/html' : 'application/atom+xml'}" href="${xmlText(href)}"/>`;

const authorOf = ({ name, uri }: AtomAuthor) =>
  `<author>${element('name', name)}${element('uri', uri)}</author>`;

const entryOf = ({ id, title, published, updated, author, categories, content, href }: AtomEntry) =>
  [
    '<entry>',
    element('id', id),
    element('title', title),
    link({ rel: 'alternate', href }),
    element('published', published),
    element('updated', updated),
    authorOf(author),
    ...categories.map((term) => `<category term="${xmlText(term)}"/>`),
    `<content type="text">${xmlText(content)}</content>`,
    '</entry>',
  ].join('');

/** The document. The same feed is always the same text. */
export const renderAtom = ({ id, title, updated, author, links, entries }: AtomFeed): string =>
  [
    '<?xml version="1.0" encoding="utf-8"?>',
    '<feed xmlns="http://www.w3.org/2005/Atom">',
    element('id', id),
    element('title', title),
    element('updated', updated),
    ...(author ? [authorOf(author)] : []),
    ...links.map(link),
    '<generator>Ledge</generator>',
    ...entries.map(entryOf),
    '</feed>',
    '',
  ].join('\n');
