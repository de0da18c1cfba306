import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Context } from 'hono';
import type { Page } from '../db/page';
import { entityTag, httpDate, pathTo } from '../header-values';
import { firstLine, isVisible } from '../schemas/characters';
import type { Post } from '../schemas/post';
import { type AtomEntry, type AtomLink, heldByXml, renderAtom } from './atom';
import type { AppEnv } from './context';
import { LOCAL_ORIGIN } from './headers';
import { type ListRequest, pageAddresses } from './paging';
import { isUnchanged } from './preconditions';

export interface FeedDescription {
  /** Tells this database from all others. */
  identity: string;
  /** What the feed is of, within this database: `posts`. It never changes. */
  name: string;
  title: string;
  /** The page of the web client that shows the same. */
  alternate: string;
  /** Whose posts these are, if they are of one person. */
  author: string | null;
  /** When it began; for a feed without posts. */
  begun_at: string;
}

/** The title of a post that has none is the beginning of its content. */
const TITLE_MAX = 80;

/**
 * RFC 4151. A host or an issuer may change, and two servers may have one name: the id of the database stays, and is nobody
 * else's.
 */
const tagUri = (identity: string, name: string) => `tag:ledge,2026:${identity}/${name}`;

/** Of the web client. */
export const pageOfPerson = (username: string) => pathTo(`@${username}`).replace('%40', '@');

const latest = (times: string[]) => times.reduce((one, other) => (one > other ? one : other));

/** Answers a page of posts as an Atom feed, or 304. */
export function answerFeed(
  c: Context<AppEnv>,
  request: ListRequest<string>,
  page: Page<Post>,
  { identity, name, title, alternate, author, begun_at }: FeedDescription,
) {
  const origin = originOf(c);
  const authorOf = (username: string) => ({ name: username, uri: `${origin}${pageOfPerson(username)}` });
  const entries = page.items.map((post): AtomEntry => {
    const published = post.published_at ?? post.created_at;
    return {
      id: tagUri(identity, `posts/${post.id}`),
      title: titleOf(post),
      published,
      updated: latest([published, post.edited_at ?? published]),
      author: authorOf(post.owner.username),
      categories: post.tags,
      content: post.content,
      href: `${origin}${pathTo('p', post.id)}`,
    };
  });
  const updated = latest([begun_at, ...entries.map((entry) => entry.updated)]);
  const document = renderAtom({
    id: tagUri(identity, name),
    title,
    updated,
    author: author === null ? null : authorOf(author),
    links: linksOf(origin, request, page, alternate),
    entries,
  });
  const etag = bytesToHex(sha256(utf8ToBytes(document)).slice(0, 16));
  c.header('ETag', entityTag(etag));
  const modified = httpDate(updated);
  // A date has whole seconds: something else that is written within this one would go unnoticed.
  if (modified !== httpDate(new Date().toISOString())) c.header('Last-Modified', modified);
  if (isUnchanged(c, etag, updated)) return c.body(null, 304);
  c.header('Content-Type', 'application/atom+xml; charset=utf-8');
  return c.body(document, 200);
}

/**
 * Where this server is for the client. Behind a proxy that ends TLS a request arrives as http: only in development, and on
 * the own machine, there is no TLS. A host that is none, as a client may send it, leaves the addresses without one.
 */
function originOf(c: Context<AppEnv>): string {
  const [origin = '', scheme = '', host = ''] = /^(https?):\/\/([^/?#]+)/i.exec(c.req.url) ?? [];
  if (!URL.canParse(origin)) return '';
  const isPlain = c.get('settings').ENVIRONMENT === 'development' || LOCAL_ORIGIN.test(origin);
  return `${isPlain ? scheme : 'https'}://${host}`;
}

function linksOf(
  origin: string,
  request: ListRequest<string>,
  page: Page<unknown>,
  alternate: string,
): AtomLink[] {
  const { self, first, next, prev } = pageAddresses(request, page);
  const links: [AtomLink['rel'], string | null][] = [
    ['self', self],
    ['alternate', alternate],
    ['first', first],
    ['next', next],
    ['previous', prev],
  ];
  return links.flatMap(([rel, address]) => (address === null ? [] : [{ rel, href: `${origin}${address}` }]));
}

/** A title of which something is left in XML. */
function titleOf({ id, title, content }: Post): string {
  const shown = heldByXml(title ?? firstLine(content, TITLE_MAX));
  return isVisible(shown) ? shown : `Post ${id}`;
}
