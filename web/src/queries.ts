import {
  focusManager,
  type InfiniteData,
  infiniteQueryOptions,
  QueryClient,
  queryOptions,
} from '@tanstack/preact-query';
import {
  type AuditEntry,
  isProblem,
  type Notification,
  type PageInfo,
  type Post,
  type ReportDetails,
  type Thread,
  type User,
  unwrap,
} from '../../client/index.ts';
import { api, isPassing } from './api.ts';

const RETRIES_MAX = 2;
const PAGE_SIZE = 20;

export const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      gcTime: 30 * 60_000,
      retry: (failures, error) =>
        failures < RETRIES_MAX && isPassing(error) && !isProblem(error, 'rate_limited'),
      refetchOnWindowFocus: false,
      // The browser may be wrong about the network: a failure is the answer.
      networkMode: 'always',
    },
    mutations: { networkMode: 'always' },
  },
});

/** A window beside others gets the focus without having been hidden. */
focusManager.setEventListener((look) => {
  const listener = () => look();
  addEventListener('visibilitychange', listener);
  addEventListener('focus', listener);
  return () => {
    removeEventListener('visibilitychange', listener);
    removeEventListener('focus', listener);
  };
});

export interface ListPage<Item> {
  data: Item[];
  page: PageInfo;
}

/** What a list is asked for. Values that are undefined are not sent. */
export type Query = Record<string, string | number | boolean | undefined>;

// biome-ignore lint/suspicious/noExplicitAny: each call has its own query.
type ListCall = (input: any, options?: any) => Promise<any>;

/** A list whose pages stay as they were read: what is new in it is announced, and never pushes what stands there. */
function list<Item>(
  key: unknown[],
  call: ListCall,
  query: Query = {},
  param?: Record<string, string | number>,
) {
  const asked = Object.fromEntries(
    Object.entries(query).filter(([, value]) => value !== undefined && value !== ''),
  );
  return infiniteQueryOptions({
    queryKey: [...key, asked],
    queryFn: async ({ pageParam, signal }) => {
      const place = pageParam ? { cursor: pageParam } : {};
      const input = { query: { limit: PAGE_SIZE, ...asked, ...place }, ...(param && { param }) };
      return (await unwrap(call(input, { init: { signal } }))) as ListPage<Item>;
    },
    initialPageParam: '',
    getNextPageParam: ({ page }: ListPage<Item>) => page.next_cursor ?? undefined,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export const lists = {
  posts: (query: Query = {}) => list<Post>(['posts'], api.posts.$get, query),
  timeline: () => list<Post>(['timeline'], api.posts.timeline.$get, { include_self: true }),
  drafts: () => list<Post>(['drafts'], api.posts.mine.$get, { published: false }),
  bookmarks: () => list<Post>(['bookmarks'], api.posts.bookmarks.$get),
  /** Always requested again, because showing notifications marks them as read. */
  notifications: (kind?: string) => ({
    ...list<Notification>(['notifications'], api.users.me.notifications.$get, { kind }),
    staleTime: 0,
  }),
  blocks: () => list<User>(['blocks'], api.users.me.blocks.$get),
  mutes: () => list<User>(['mutes'], api.users.me.mutes.$get),
  reports: (status: ReportDetails['status']) =>
    list<ReportDetails>(['reports'], api.posts.reports.$get, { status }),
  audit: () => list<AuditEntry>(['audit'], api.posts.reports.audit.$get),
  postsOf: (user: string) =>
    list<Post>(['posts-of', user], api.users[':user'].posts.$get, { include_replies: false }, { user }),
  votesOf: (user: string) => list<Post>(['votes-of', user], api.users[':user'].votes.$get, {}, { user }),
  followers: (user: string) =>
    list<User>(['followers', user], api.users[':user'].followers.$get, {}, { user }),
  following: (user: string) =>
    list<User>(['following', user], api.users[':user'].following.$get, {}, { user }),
  people: (q: string) => list<User>(['people'], api.users.$get, { q }),
};

export type ListOf<Item> = ReturnType<typeof list<Item>>;
export type PostList = ListOf<Post>;
export type PeopleList = ListOf<User>;

export const one = {
  me: () =>
    queryOptions({ queryKey: ['me'], queryFn: () => unwrap(api.users.me.$get({})), staleTime: 60_000 }),
  user: (user: string) =>
    queryOptions({
      queryKey: ['user', user.toLowerCase()],
      queryFn: () => unwrap(api.users[':user'].$get({ param: { user } })),
    }),
  /** Names by the ids of people; those whose account was deleted are missing. */
  names: (ids: number[]) =>
    queryOptions({
      queryKey: ['names', ids],
      queryFn: async () => {
        const { data } = await unwrap(api.users.$get({ query: { ids: ids.join() } }));
        return new Map(data.map(({ id, username }) => [id, username]));
      },
      enabled: ids.length > 0,
    }),
  thread: (id: number) =>
    queryOptions({
      queryKey: ['thread', id],
      queryFn: () => unwrap(api.posts[':id'].thread.$get({ param: { id } })),
    }),
  /** A post with its version, for an edit. Always the present one. */
  version: (id: number) =>
    queryOptions({ queryKey: ['version', id], queryFn: () => readVersion(id), staleTime: 0, gcTime: 0 }),
  history: (id: number) =>
    queryOptions({
      queryKey: ['history', id],
      queryFn: () => unwrap(api.posts[':id'].history.$get({ param: { id }, query: { limit: 100 } })),
    }),
  tags: () =>
    queryOptions({
      queryKey: ['tags'],
      queryFn: () => unwrap(api.posts.tags.$get({ query: { limit: 100 } })),
    }),
  sessions: () =>
    queryOptions({
      queryKey: ['sessions'],
      queryFn: () => unwrap(api.auth.sessions.$get({ query: { limit: 100 } })),
    }),
};

export interface Version {
  post: Post;
  etag: string;
}

export async function readVersion(id: number): Promise<Version> {
  const answer = await api.posts[':id'].$get({ param: { id } });
  return { post: (await unwrap(answer)) as Post, etag: answer.headers.get('ETag') ?? '' };
}

type Held = Partial<InfiniteData<ListPage<Post | User>>> & Partial<Thread> & Partial<User>;
type Change<Item> = (item: Item) => Item | undefined;

const isPost = (item: object): item is Post => 'owner_id' in item;

function changeEach<Item extends object>(items: Item[], change: Change<Item>): Item[] {
  return items.flatMap((item) => change(item) ?? []);
}

/** Changes, or removes, posts and people wherever they are held. */
function changeHeld(change: Change<Post | User>): void {
  client.setQueriesData<Held>({}, (held) => {
    if (!held || typeof held !== 'object') return held;
    if (held.pages)
      return { ...held, pages: held.pages.map((page) => ({ ...page, data: changeEach(page.data, change) })) };
    if (held.descendants && held.ancestors && held.post)
      return {
        ...held,
        ancestors: changeEach(held.ancestors, change as Change<Post>),
        post: (change(held.post) as Post | undefined) ?? held.post,
        descendants: changeEach(held.descendants, change as Change<Post>),
      };
    return 'followers' in held ? ((change(held as User) as Held) ?? held) : held;
  });
}

export const changePost = (id: number, change: Change<Post>): void =>
  changeHeld((item) => (isPost(item) && item.id === id ? change(item) : item));

export const changeUser = (id: number, change: Change<User>): void =>
  changeHeld((item) => (!isPost(item) && item.id === id && 'followers' in item ? change(item) : item));

/** Changes reports wherever they are held. */
export const changeReports = (change: (report: ReportDetails) => ReportDetails): void => {
  client.setQueriesData<InfiniteData<ListPage<ReportDetails>>>(
    { queryKey: ['reports'] },
    (held) =>
      held && { ...held, pages: held.pages.map((page) => ({ ...page, data: page.data.map(change) })) },
  );
};

/** Puts a post of one's own where its author expects it. Lists of others announce it. */
export function addOwnPost(post: Post): void {
  if (post.parent_id === null && post.published)
    for (const { queryKey } of [lists.posts(), lists.timeline()])
      client.setQueryData<InfiniteData<ListPage<Post>>>(queryKey, (held) => {
        const [first, ...rest] = held?.pages ?? [];
        if (!held || !first || first.data.some(({ id }) => id === post.id)) return held;
        return { ...held, pages: [{ ...first, data: [post, ...first.data] }, ...rest] };
      });
  else if (post.parent_id !== null)
    changePost(post.parent_id, (parent) => ({ ...parent, replies: parent.replies + 1 }));
  for (const key of ['thread', 'posts-of', 'drafts', 'me', 'user', 'tags'])
    client.invalidateQueries({ queryKey: [key] });
}
