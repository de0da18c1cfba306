import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Link, Route, Switch, useLocation } from 'wouter-preact';
import { Home } from './pages/home.tsx';
import { NotFound } from './pages/not-found.tsx';
import { Person, type PersonView } from './pages/person.tsx';
import { Tag, TagList, TagsPage } from './pages/tags.tsx';
import { Thread } from './pages/thread.tsx';
import { Frame } from './parts/frame.tsx';
import { later } from './parts/later.tsx';
import { Loading } from './parts/states.tsx';
import { ThemeChoice } from './parts/theme.tsx';
import { say } from './state/notes.ts';
import { usePlaces } from './state/place.ts';
import { accountId, session, startSession } from './state/session.ts';
import { useStore } from './state/store.ts';
import { words } from './words.ts';

const Bookmarks = later(() => import('./pages/bookmarks.tsx').then(({ Bookmarks }) => Bookmarks));
const Compose = later(() => import('./pages/compose.tsx').then(({ Compose }) => Compose));
const DraftsPage = later(() => import('./pages/drafts.tsx').then(({ DraftsPage }) => DraftsPage));
const History = later<{ id: number }>(() => import('./pages/history.tsx').then(({ History }) => History));
const Notifications = later(() =>
  import('./pages/notifications.tsx').then(({ Notifications }) => Notifications),
);
const Recover = later(() => import('./pages/recover.tsx').then(({ Recover }) => Recover));
const Reports = later(() => import('./pages/reports/page.tsx').then(({ Reports }) => Reports));
const Search = later(() => import('./pages/search.tsx').then(({ Search }) => Search));
const Settings = later(() => import('./pages/settings/page.tsx').then(({ Settings }) => Settings));
const SignIn = later(() => import('./pages/sign-in.tsx').then(({ SignIn }) => SignIn));
const SignUp = later(() => import('./pages/sign-in.tsx').then(({ SignUp }) => SignUp));

const PERSON = /^\/@(?<name>[^/]+)(?:\/(?<view>replies|votes|followers|following))?\/?$/;
const POST = /^\/p\/(?<id>\d{1,15})\/?$/;
const HISTORY = /^\/p\/(?<id>\d{1,15})\/history\/?$/;

const Pages = () => (
  <Switch>
    <Route path="/">
      <Home view="newest" />
    </Route>
    <Route path="/top">
      <Home view="top" />
    </Route>
    <Route path="/following">
      <Home view="following" />
    </Route>
    <Route path={PERSON}>
      {({ name = '', view = 'posts' }) => (
        <Person name={decodeURIComponent(name)} view={view as PersonView} />
      )}
    </Route>
    <Route path={POST}>{({ id }) => <Thread key={id} id={Number(id)} />}</Route>
    <Route path={HISTORY}>{({ id }) => <History id={Number(id)} />}</Route>
    <Route path="/search">
      <Search />
    </Route>
    <Route path="/tags">
      <TagsPage />
    </Route>
    <Route path="/tags/:tag">{({ tag }) => <Tag tag={decodeURIComponent(tag)} />}</Route>
    <Route path="/notifications">
      <Notifications />
    </Route>
    <Route path="/bookmarks">
      <Bookmarks />
    </Route>
    <Route path="/drafts">
      <DraftsPage />
    </Route>
    <Route path="/compose">
      <Compose />
    </Route>
    <Route path="/settings">
      <Settings />
    </Route>
    <Route path="/reports">
      <Reports />
    </Route>
    <Route path="/sign-in">
      <SignIn />
    </Route>
    <Route path="/sign-up">
      <SignUp />
    </Route>
    <Route path="/recover">
      <Recover />
    </Route>
    <Route>
      <NotFound />
    </Route>
  </Switch>
);

const isWide = () => matchMedia('(min-width: 68rem)');

/** What stands beside the page where there is room. */
function Beside() {
  const [isShown, show] = useState(isWide().matches);
  useEffect(() => {
    const media = isWide();
    const follow = () => show(media.matches);
    media.addEventListener('change', follow);
    return () => media.removeEventListener('change', follow);
  }, []);
  if (!isShown) return null;
  return (
    <>
      <h2>{words.tags.title}</h2>
      <TagList limit={8} />
      <p>
        <Link href="/tags">{words.list.more}</Link>
      </p>
      <ThemeChoice />
      <p>
        <a href="/docs">{words.nav.docs}</a>
      </p>
    </>
  );
}

const Unreachable = () => (
  <div class="empty" role="alert">
    <p>{words.network.unreachable}</p>
    <p>
      <button type="button" onClick={startSession}>
        {words.network.again}
      </button>
    </p>
  </div>
);

function WhenReady({ children }: { children: ComponentChildren }) {
  const { state } = useStore(session);
  if (state === 'starting') return <Loading />;
  return state === 'unreachable' ? <Unreachable /> : children;
}

/** The focus goes to the new page: what had it is gone. Its heading takes it when it is there. */
const leaveFocus = () => (document.activeElement as HTMLElement | null)?.blur();

export function App() {
  const now = useStore(session);
  const [path] = useLocation();
  usePlaces(leaveFocus);
  useEffect(() => {
    if (now.state === 'visitor' && now.hasEnded) say(words.session.ended, { isError: true });
  }, [now]);
  return (
    <Frame
      aside={
        <WhenReady>
          <Beside />
        </WhenReady>
      }
    >
      <WhenReady>
        <div key={`${accountId()} ${path.startsWith('/@') ? path.split('/')[1] : path}`} class="page">
          <Pages />
        </div>
      </WhenReady>
    </Frame>
  );
}
