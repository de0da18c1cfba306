/** What a list may touch, as a multiple of the rows of its page, beside a constant. */
export interface KnownList {
  path: string;
  what: string;
  /** 0 for an anonymous reader; person 2 follows a thousand, person 3 ten. */
  user?: 0 | 2 | 3;
  touchedMax: number;
}

const LIMIT = 10;
/** A row of a page is read from an index and its table, with owner, counts, the caller's vote: six, and the probe. */
const PAGE = 12 * (LIMIT + 1);
const AUTHOR = 'bob_1';

const list = (what: string, path: string, touchedMax = PAGE, user: KnownList['user'] = 3): KnownList => ({
  what,
  path,
  touchedMax,
  user,
});

/** A walk over the nearest rows, and then a week's worth of hits at most. */
const SEARCH = 2 * (300 + 30 * (LIMIT + 1)) + PAGE;

export const LISTS: KnownList[] = [
  list('posts', '/posts'),
  list('anonymous', '/posts', PAGE, 0),
  list('oldest first', '/posts?order=asc'),
  list('far down', '/posts?skip=1000', 1000 + PAGE),
  list('replies=include', '/posts?replies=include'),
  list('replies=only', '/posts?replies=only'),
  list('since, until', '/posts?since=2026-03-01&until=2026-03-31'),
  list('author', `/posts?author=${AUTHOR}`),
  list('author, replies', `/posts?author=${AUTHOR}&replies=only`),
  list('author of nothing', '/posts?author=99999'),
  list('common tag', '/posts?tag=topic1'),
  list('rare tag', '/posts?tag=tag299&replies=include'),
  list('unknown tag', '/posts?tag=nothing'),
  list('100 ids', `/posts?ids=${Array.from({ length: 100 }, (_, i) => 1 + i * 9999).join(',')}`, 300 + PAGE),
  list('top', '/posts?sort=top'),
  list('top, replies=include', '/posts?sort=top&replies=include', 2 * PAGE),
  list('top of author', `/posts?sort=top&author=${AUTHOR}`),
  list('top of a tag', '/posts?sort=top&tag=topic1'),
  // Two filters that no one index holds: the narrower is read, and the other throws rows away.
  list('two filters: top of a month', '/posts?sort=top&since=2026-03-01&until=2026-03-31', 20_000),
  list('two filters: tag of the busiest author', `/posts?tag=topic1&author=${AUTHOR}`, 30_000),
  list('search: common word', '/posts?search=ka', SEARCH),
  list('search: one in a thousand', '/posts?search=sometimes', SEARCH),
  list('search: five in all', '/posts?search=zyzzyva', SEARCH),
  list('search: no hit', '/posts?search=nowhere-to-be-found', SEARCH),
  list('search: no hit, two letters', '/posts?search=qj', SEARCH),
  list('search: two letters, rare', '/posts?search=zy', SEARCH),
  list('search: Chinese', `/posts?search=${encodeURIComponent('代数')}`, SEARCH),
  list('search: one Chinese letter', `/posts?search=${encodeURIComponent('图')}`, SEARCH),
  list('search: emoji', `/posts?search=${encodeURIComponent('🦄')}`, SEARCH),
  list('search: common a year ago', '/posts?search=eclipse', SEARCH + 20_000),
  list('search in titles, common in texts', '/posts?search=eclipse&search_in=title', SEARCH),
  list('search by author', `/posts?search=ka&author=${AUTHOR}`, 3 * PAGE),
  list('search in a month', '/posts?search=sometimes&since=2026-03-01&until=2026-03-31', SEARCH),
  list('mine', '/posts/mine'),
  list('timeline, 10 followed', '/posts/timeline', 2 * 20 * (LIMIT + 1) + PAGE),
  list('timeline, 1,000 followed', '/posts/timeline', 1_100 * (LIMIT + 2) + PAGE, 2),
  list(
    'timeline with replies',
    '/posts/timeline?replies=include&include_self=true',
    2 * 20 * (LIMIT + 1) + PAGE,
  ),
  list('tags', '/posts/tags'),
  list('post', '/posts/500000'),
  list('replies of 5,000', '/posts/600000/replies'),
  list('thread of 5,000', '/posts/600000/thread', 12 * 501),
  list('history of 500', '/posts/500000/history'),
  list('50,000 votes', '/posts/500000/votes'),
  list('people', '/users'),
  list('people: common part', '/users?q=ada', SEARCH),
  list('people: one name', '/users?q=99999', SEARCH),
  list('people: no hit', '/users?q=qqq', SEARCH),
  list('profile', '/users/ada_8'),
  list('50,000 followers', '/users/1/followers'),
  list('1,000 followed', '/users/2/following'),
  list('posts of somebody', `/users/${AUTHOR}/posts`),
  list('with replies', `/users/${AUTHOR}/posts?include_replies=true`),
  list('votes of somebody', '/users/ada_8/votes'),
];
