import { words } from '../words.ts';
import { Icon } from './icons.tsx';

/** A list for programs that read feeds. */
export const FeedLink = ({ href }: { href: string }) => (
  <a class="feed" href={href} type="application/atom+xml" title={words.list.feed}>
    <Icon name="feed" />
    <span class="visually-hidden">{words.list.feed}</span>
  </a>
);
