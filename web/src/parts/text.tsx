import { tokenize } from 'linkifyjs';
import type { ComponentChildren } from 'preact';
import { Link } from 'wouter-preact';
import type { Post } from '../../../client/index.ts';
import { words } from '../words.ts';

/** Names and tags as the API finds them; whether it took them is in `mentions` and `tags`. */
const NAME_OR_TAG =
  /(?<![\p{L}\p{N}_])(?:[@＠](?<name>[A-Za-z][A-Za-z0-9_]{2,29})(?![\w@]|\.\w)|[#＃](?<tag>[\p{L}\p{N}_][\p{L}\p{N}_-]*))/gu;
const CODE = /(`[^`\n]+`)/;

type Said = Pick<Post, 'content' | 'mentions' | 'tags'>;
interface Piece {
  kind: 'plain' | 'code' | 'link';
  text: string;
  href?: string;
}

const tagOf = (text: string) => text.normalize().toLowerCase().replace(/-+$/, '');

/** A text without code, in links and what is between them. */
function linksOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  for (const token of tokenize(text)) {
    const href = token.isLink && token.t === 'url' ? token.toHref('https') : '';
    const last = pieces.at(-1);
    if (/^https?:/.test(href)) pieces.push({ kind: 'link', text: token.v, href });
    else if (last?.kind === 'plain') last.text += token.v;
    else pieces.push({ kind: 'plain', text: token.v });
  }
  return pieces;
}

const piecesOf = (text: string): Piece[] =>
  text
    .split(CODE)
    .flatMap((part, index) =>
      index % 2 === 1 ? [{ kind: 'code', text: part.slice(1, -1) }] : linksOf(part),
    );

function* namesAndTags(text: string, { mentions, tags }: Said): Generator<ComponentChildren> {
  let end = 0;
  for (const { 0: found, index, groups } of text.matchAll(NAME_OR_TAG)) {
    const { name, tag } = groups ?? {};
    const person = mentions.find(({ username }) => username.toLowerCase() === name?.toLowerCase());
    const known = tags.find((one) => tag && one === tagOf(tag));
    const href = person ? `/@${person.username}` : known && `/tags/${encodeURIComponent(known)}`;
    if (!href) continue;
    yield text.slice(end, index);
    yield <Link href={href}>{found}</Link>;
    end = index + found.length;
  }
  yield text.slice(end);
}

function show(piece: Piece, said: Said): ComponentChildren {
  if (piece.kind === 'code') return <code>{piece.text}</code>;
  if (piece.kind === 'plain') return [...namesAndTags(piece.text, said)];
  return (
    <a href={piece.href} rel="nofollow noopener noreferrer ugc" target="_blank">
      {piece.text.replace(/^https?:\/\/(www\.)?/, '').replace(/\/$/, '')}
    </a>
  );
}

/** The tags that a text has, code and addresses aside. */
export function hashtagsIn(content: string): Set<string> {
  const plain = piecesOf(content).filter(({ kind }) => kind === 'plain');
  const found = plain.flatMap(({ text }) => [...text.matchAll(NAME_OR_TAG)]);
  return new Set(found.flatMap(({ groups }) => (groups?.tag ? [tagOf(groups.tag)] : [])));
}

/** What a post says. Each paragraph has its own direction. */
export const Text = ({ said }: { said: Said }) => (
  <div class="text">
    {said.content.split(/\n{2,}/).map((paragraph, index) => (
      <p key={index} dir="auto">
        {piecesOf(paragraph).map((piece) => show(piece, said))}
      </p>
    ))}
  </div>
);

/** Tags that already stand in `content` are left out. */
export const Tags = ({ tags, content = '' }: { tags: string[]; content?: string }) => {
  const inText = hashtagsIn(content);
  return <TagLinks tags={tags.filter((tag) => !inText.has(tag))} />;
};

const TagLinks = ({ tags }: { tags: string[] }) =>
  tags.length === 0 ? null : (
    <ul class="tags">
      {tags.map((tag) => (
        <li key={tag}>
          <Link href={`/tags/${encodeURIComponent(tag)}`}>{words.tags.one(tag)}</Link>
        </li>
      ))}
    </ul>
  );
