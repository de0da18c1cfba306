import { useQuery } from '@tanstack/preact-query';
import type { ComponentChildren } from 'preact';
import { Link, useLocation } from 'wouter-preact';
import type { Me } from '../../../client/index.ts';
import { one } from '../queries.ts';
import { orSay } from '../state/actions.ts';
import { isHelpOpen } from '../state/keys.ts';
import { say } from '../state/notes.ts';
import { session, signOut } from '../state/session.ts';
import { useStore } from '../state/store.ts';
import { words } from '../words.ts';
import { Avatar } from './avatar.tsx';
import { Banner, Help, Notes } from './edges.tsx';
import { Icon, type IconName, Mark } from './icons.tsx';
import { Menu } from './menu.tsx';

/** How often to look for notifications. */
const LOOK_MS = 60_000;
/** The API counts up to here. */
const UNREAD_MAX = 100;

interface Entry {
  href: string;
  icon: IconName;
  text: string;
  /** Left out of the bar on a phone; the menu at the top has it there. */
  isSecond?: boolean;
  unread?: number;
}

const Entries = ({ entries, path }: { entries: Entry[]; path: string }) => (
  <>
    {entries.map(({ href, icon, text, isSecond, unread = 0 }) => (
      <li key={href} class={isSecond ? 'second' : undefined}>
        <Link href={href} aria-current={path === href ? 'page' : undefined}>
          <Icon name={icon} />
          <span>{text}</span>
          {unread > 0 && (
            <>
              {' '}
              <b class="unread-count">{unread >= UNREAD_MAX ? words.nav.many : unread}</b>{' '}
              <span class="visually-hidden">{words.nav.unread}</span>
            </>
          )}
        </Link>
      </li>
    ))}
  </>
);

const leave = () =>
  orSay(async () => {
    await signOut();
    say(words.session.out);
  });

function AccountMenu({ me }: { me: Me | undefined }) {
  return (
    <Menu label={words.nav.account} face={me && <Avatar of={me} size="tiny" />}>
      {me && (
        <li>
          <Link href={`/@${me.username}`}>{words.nav.profile}</Link>
        </li>
      )}
      <li>
        <Link href="/bookmarks">{words.nav.bookmarks}</Link>
      </li>
      <li>
        <Link href="/drafts">{words.nav.drafts}</Link>
      </li>
      <li>
        <Link href="/tags">{words.nav.tags}</Link>
      </li>
      <li>
        <Link href="/settings">{words.nav.settings}</Link>
      </li>
      {me?.role === 'admin' && (
        <li>
          <Link href="/reports">{words.nav.reports}</Link>
        </li>
      )}
      <li class="line">
        <button type="button" onClick={() => isHelpOpen.set(true)}>
          {words.nav.keys}
        </button>
      </li>
      <li>
        <a href="/docs">{words.nav.docs}</a>
      </li>
      <li>
        <button type="button" onClick={leave}>
          {words.nav.signOut}
        </button>
      </li>
    </Menu>
  );
}

/** What stands around every page. */
export function Frame({ children, aside }: { children: ComponentChildren; aside: ComponentChildren }) {
  const { state } = useStore(session);
  const [path] = useLocation();
  const isMember = state === 'member';
  const { data } = useQuery({
    ...one.me(),
    enabled: isMember,
    refetchInterval: LOOK_MS,
    refetchOnWindowFocus: 'always',
  });
  const me = isMember ? data : undefined;
  const { nav } = words;
  const entries: Entry[] = [
    { href: '/', icon: 'home', text: nav.home },
    { href: '/search', icon: 'search', text: nav.search },
    { href: '/tags', icon: 'tag', text: nav.tags, isSecond: isMember },
  ];
  if (isMember)
    entries.push(
      {
        href: '/notifications',
        icon: 'bell',
        text: nav.notifications,
        unread: me?.unread_notifications ?? 0,
      },
      { href: '/bookmarks', icon: 'bookmark', text: nav.bookmarks, isSecond: true },
      { href: '/drafts', icon: 'draft', text: nav.drafts, isSecond: true },
      { href: me ? `/@${me.username}` : '/settings', icon: 'person', text: nav.profile },
      { href: '/settings', icon: 'settings', text: nav.settings, isSecond: true },
    );
  if (me?.role === 'admin')
    entries.push({ href: '/reports', icon: 'flag', text: nav.reports, isSecond: true });
  return (
    <div class={isMember ? 'frame' : 'frame visiting'}>
      <a class="skip" href="#main">
        {words.skip}
      </a>
      <header class="top">
        <Link class="brand" href="/">
          <Mark />
          <span>{words.name}</span>
        </Link>
        {state === 'visitor' && (
          <div class="top-actions">
            <Link class="button bare small" href="/sign-in">
              {words.nav.signIn}
            </Link>
            <Link class="button small" href="/sign-up">
              {words.nav.signUp}
            </Link>
          </div>
        )}
        {isMember && <AccountMenu me={me} />}
      </header>
      <nav class="main-nav" aria-label={words.nav.label}>
        <ul>
          <Entries entries={entries} path={path} />
          {isMember && (
            <li class="write">
              <Link href="/compose" class="button" aria-label={words.nav.write}>
                <Icon name="write" />
                <span>{words.nav.write}</span>
              </Link>
            </li>
          )}
        </ul>
      </nav>
      <main id="main" tabIndex={-1}>
        <Banner />
        {children}
      </main>
      <aside aria-label={words.tags.title}>{aside}</aside>
      <Notes />
      <Help />
    </div>
  );
}
