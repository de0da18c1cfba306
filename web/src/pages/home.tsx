import { type InfiniteData, useInfiniteQuery, useQuery } from '@tanstack/preact-query';
import { Link } from 'wouter-preact';
import type { Post } from '../../../client/index.ts';
import { FeedLink } from '../parts/feed.tsx';
import { Posts } from '../parts/list.tsx';
import { Page } from '../parts/page.tsx';
import { Tabs } from '../parts/tabs.tsx';
import { client, type ListPage, lists, type PostList } from '../queries.ts';
import { session } from '../state/session.ts';
import { useStore } from '../state/store.ts';
import { words } from '../words.ts';

const LOOK_MS = 30_000;

/** Says that there are new posts, and shows them only when asked to. */
function Fresh({ of: options, list }: { of: PostList; list: InfiniteData<ListPage<Post>> }) {
  const { data: latest } = useQuery({
    queryKey: ['fresh', ...options.queryKey],
    queryFn: ({ signal }) =>
      // biome-ignore lint/suspicious/noExplicitAny: the same request as that of the first page.
      (options.queryFn as any)({ pageParam: '', signal }) as Promise<ListPage<Post>>,
    ...(list.pages[0] && { initialData: list.pages[0] }),
    staleTime: 0,
    refetchInterval: LOOK_MS,
    refetchOnWindowFocus: 'always',
    refetchOnMount: false,
  });
  const known = new Set(list.pages.flatMap(({ data }) => data.map(({ id }) => id)));
  const newest = list.pages[0]?.data[0]?.published_at ?? '';
  const fresh = latest?.data.filter(
    ({ id, published_at }) => !known.has(id) && (published_at ?? '') >= newest,
  );
  const show = () => {
    client.setQueryData(options.queryKey, { pages: [latest], pageParams: [''] } as never);
    scrollTo(0, 0);
    requestAnimationFrame(() =>
      document.querySelector<HTMLElement>('main article[data-post]')?.focus({ preventScroll: true }),
    );
  };
  return (
    <div class="fresh" role="status">
      {fresh && fresh.length > 0 && (
        <button type="button" onClick={show}>
          {words.home.fresh(fresh.length, fresh.length === latest?.data.length && fresh.length > 1)}
        </button>
      )}
    </div>
  );
}

function FreshPosts({ of }: { of: PostList }) {
  const { data } = useInfiniteQuery(of);
  return data ? <Fresh of={of} list={data} /> : null;
}

const Welcome = () => (
  <section class="welcome">
    <h1>{words.welcome.title}</h1>
    <p>{words.welcome.text}</p>
    <p class="actions">
      <Link class="button" href="/sign-up">
        {words.signUp.title}
      </Link>
      <Link class="button quiet" href="/sign-in">
        {words.nav.signIn}
      </Link>
    </p>
    <p class="aside">
      {words.welcome.docs} <a href="/docs">{words.nav.docs}</a>
    </p>
  </section>
);

type View = 'newest' | 'top' | 'following';

export function Home({ view }: { view: View }) {
  const { state } = useStore(session);
  const isMember = state === 'member';
  const following: [string, string][] = isMember ? [['/following', words.home.following]] : [];
  const list = view === 'following' ? lists.timeline() : lists.posts(view === 'top' ? { sort: 'top' } : {});
  const empty = (
    <>
      <p>{view === 'following' ? words.home.emptyFollowing : words.home.empty}</p>
      {view === 'following' && (
        <p>
          <Link class="button quiet" href="/search?what=people">
            {words.home.find}
          </Link>
        </p>
      )}
    </>
  );
  return (
    <>
      {!isMember && <Welcome />}
      <Page title={words.home[view]} heading={isMember ? words.home.title : words.home[view]} hidesHeading>
        <Tabs
          label={words.home.tabs}
          tabs={[['/', words.home.newest], ['/top', words.home.top], ...following]}
          more={view === 'newest' && <FeedLink href="/posts/feed.atom" />}
        />
        {view !== 'top' && <FreshPosts of={list} />}
        <Posts of={list} empty={empty} />
      </Page>
    </>
  );
}
