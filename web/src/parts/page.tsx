import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Link } from 'wouter-preact';
import { session } from '../state/session.ts';
import { useStore } from '../state/store.ts';
import { words } from '../words.ts';
import { Icon } from './icons.tsx';
import { Empty } from './states.tsx';

let isFirst = true;

/** A page with its heading, to which the focus moves unless the page is the first one or the reader is in a field. */
export function Page({
  title,
  heading,
  hidesHeading,
  hasBack,
  action,
  children,
}: {
  title: string;
  heading?: ComponentChildren;
  hidesHeading?: boolean;
  hasBack?: boolean;
  /** Stands beside the heading. */
  action?: ComponentChildren;
  children: ComponentChildren;
}) {
  const ref = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · ${words.name}`;
  }, [title]);
  useEffect(() => {
    if (!isFirst && !document.activeElement?.closest('main, dialog'))
      ref.current?.focus({ preventScroll: true });
    isFirst = false;
  }, []);
  return (
    <>
      <header class={hidesHeading ? 'page-head visually-hidden' : 'page-head'}>
        {hasBack && (
          <button type="button" class="bare round" aria-label={words.nav.back} onClick={() => goBack()}>
            <Icon name="back" />
          </button>
        )}
        <h1 ref={ref} tabIndex={-1}>
          {heading ?? title}
        </h1>
        {action}
      </header>
      {children}
    </>
  );
}

function goBack(): void {
  if (history.length > 1) history.back();
  else location.assign('/');
}

/** A page for those who are signed in; it asks others to sign in and brings them back. */
export function Members({
  title,
  ask,
  children,
}: {
  title: string;
  ask: string;
  children: ComponentChildren;
}) {
  const { state } = useStore(session);
  if (state === 'member') return <>{children}</>;
  return (
    <Page title={title}>
      <Empty>
        <p>{ask}</p>
        <p>
          <Link class="button" href={signInHref()}>
            {words.nav.signIn}
          </Link>
        </p>
      </Empty>
    </Page>
  );
}

export const signInHref = (): string =>
  `/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`;
