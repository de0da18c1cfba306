/** What a list may touch, as a multiple of the rows of its page, beside a constant. */
export interface KnownList {
  path: string;
  what: string;
  /**
   * 0 for an anonymous reader; person 1 writes most and is an admin, person 2 follows a thousand, person 3 ten; person 4
   * follows a thousand, does not see another thousand, who wrote a fifth of all posts, and wrote a post that a million
   * people voted for on one day.
   */
  user: 0 | 1 | 2 | 3 | 4;
  touchedMax: number;
}

const LIMIT = 10;
/** A row of a page is read from an index and its table, with owner, counts, the caller's vote: six, and the probe. */
const PAGE = 12 * (LIMIT + 1);
const AUTHOR = 'bob_1';
const IDS = Array.from({ length: 100 }, (_, i) => 1 + i * 9999).join(',');

const list = (what: string, path: string, touchedMax = PAGE, user: KnownList['user'] = 3): KnownList => ({
  what,
  path,
  touchedMax,
  user,
});

/** A walk over the keys of the nearest rows and the rows themselves, a shorter one back, and a few hits of an index. */
const SEARCH = 3 * (300 + 30 * (LIMIT + 1)) + 3 * (300 + 30) + PAGE;

/** The same walk, each row joined from two tables. */
const TOP = 2 * SEARCH;
/** What one day holds at most, of which a part of a day is sieved. */
const DAY = 2 * 2_800;
/** The top of each of its days, and the last in part. */
const MONTH = 31 * 3 * (LIMIT + 1) + DAY;
/** Twelve sections of at most 200 to 5,000 rows, of which three are full at most. */
const EXPORT = 2 * (3 * 1_000 + 3 * 5_000 + 3 * 200) + 600;
/** The keys of the posts of person 1, from an index that has them in another order, for posts and for versions. */
const KEYS = 2 * 22_000;
/** One post of each of 1,000 people, on either side of a page, and a page of those who can be on it. */
const TIMELINE = 2 * 2 * 1_001 + (LIMIT + 1) ** 2 + PAGE;
/** No index has votes beside words, tags and owners: the top of rare hits is the top of all of them. */
const HITS = 3 * 1_000;
/** What has all four trigrams of a phrase that nobody wrote, in the index and in the table. */
const PARTS = 2 * 160_000;
/** Each post of a month that nearly nobody talks of now, in the index and in the table. */
const ONCE_COMMON = 2 * 40_000;
/** The nearest rows, many of which are hits, down to where a page begins. */
const DEEP = 6 * 15_000;
/** What each day of a year holds at most. */
const YEAR = 1_050_000;

/** A page of each of four kinds, the posts that were voted for on each of its days, and for each entry a hundred voters. */
const NOTICES = 2 * (4 * 12 * (LIMIT + 1) + LIMIT * 100) + 2 * 300 * (LIMIT + 1);
/** Rows that are counted for a `total` where no counter is kept: 10,000, and no more. */
const COUNTED = 10_001 + PAGE;

/** The first hundred of those who are blocked, of those who block, and of those who are muted, from indexes. */
const HIDDEN = 3 * 101;
/** The keys of as many rows, and of up to thirty more, with the owner of each, in one turn or two. */
const hiding = (rows: number) => HIDDEN + 3 * (rows + 31) + PAGE;

export const LISTS: KnownList[] = [
  list('posts', '/posts'),
  list('anonymous', '/posts', PAGE, 0),
  list('oldest first', '/posts?order=asc'),
  list('1,000 down', '/posts?skip=1000', 1000 + PAGE),
  list('10,000 down', '/posts?skip=10000', 10_000 + PAGE),
  list('10,000 down, replies=include', '/posts?skip=10000&replies=include', 2 * 10_000 + PAGE),
  list('replies=include', '/posts?replies=include'),
  list('replies=only', '/posts?replies=only'),
  list('since, until', '/posts?since=2026-03-01&until=2026-03-31'),
  list('author', `/posts?author=${AUTHOR}`),
  list('author, replies', `/posts?author=${AUTHOR}&replies=only`),
  list('author of nothing', '/posts?author=99999'),
  list('common tag', '/posts?tag=topic1'),
  list('rare tag', '/posts?tag=tag299&replies=include'),
  list('unknown tag', '/posts?tag=nothing'),
  list('100 ids', `/posts?ids=${IDS}`, 300 + PAGE),
  list('10 ids of an author', `/posts?ids=1,2,3,4,5,6,7,8,9,10&author=${AUTHOR}`),
  list('top of 100 ids', `/posts?sort=top&ids=${IDS}`, 300 + PAGE),
  list('top', '/posts?sort=top'),
  list('fewest votes first', '/posts?sort=top&order=asc'),
  list('top, 1,000 down', '/posts?sort=top&skip=1000', 1000 + PAGE),
  list('top, replies=include', '/posts?sort=top&replies=include', 2 * PAGE),
  list('top of author', `/posts?sort=top&author=${AUTHOR}`),
  list('top of a tag', '/posts?sort=top&tag=topic1'),
  list('top of a month', '/posts?sort=top&since=2026-03-01&until=2026-03-31', TOP + MONTH),
  list(
    'top of three hours',
    '/posts?sort=top&since=2026-03-01T09:00:00Z&until=2026-03-01T12:00:00Z',
    TOP + DAY,
  ),
  list('fewest votes of a month', '/posts?sort=top&order=asc&since=2026-03-01&until=2026-03-31', TOP + MONTH),
  list('top of a year', '/posts?sort=top&since=2025-11-20&until=2026-11-12', TOP),
  list(
    'top of half a year, 10,000 down',
    '/posts?sort=top&since=2026-05-12&until=2026-11-12&skip=10000',
    TOP + YEAR / 2,
  ),
  list(
    'top of the busiest author in a month',
    `/posts?sort=top&author=${AUTHOR}&since=2026-03-01&until=2026-03-31`,
    TOP + HITS,
  ),
  list('top of a tag in a month', '/posts?sort=top&tag=topic1&since=2026-03-01&until=2026-03-31', TOP + HITS),
  list('top of a rare tag of the busiest author', `/posts?sort=top&tag=tag299&author=${AUTHOR}`, TOP + HITS),
  list('top of a search: common word', '/posts?sort=top&search=ka', TOP),
  list('top of a search: one in a thousand', '/posts?sort=top&search=sometimes', TOP + HITS),
  list(
    'top of a search: one word again and again',
    `/posts?sort=top&search=${encodeURIComponent('ka ka ka ka ka ka')}`,
    SEARCH + PARTS,
  ),
  list('top of a search: one letter, 10,000 down', '/posts?sort=top&search=a&skip=10000', DEEP),
  list('top of a search: no hit', '/posts?sort=top&search=nowhere-to-be-found', TOP),
  list(
    'top of two letters, search_in=title, replies=only',
    '/posts?sort=top&search=ka&search_in=title&replies=only',
    TOP,
  ),
  list('tag of the busiest author', `/posts?tag=topic1&author=${AUTHOR}`, SEARCH),
  list('rare tag of the busiest author', `/posts?tag=tag299&author=${AUTHOR}`, SEARCH),
  list('search in a tag', '/posts?tag=topic1&search=ka', SEARCH),
  list('search in a tag: no hit', '/posts?tag=topic1&search=nowhere-to-be-found', SEARCH),
  list('search: common word', '/posts?search=ka', SEARCH),
  list('search: one in a thousand', '/posts?search=sometimes', SEARCH),
  list('search: five in all', '/posts?search=zyzzyva', SEARCH),
  list('search: no hit', '/posts?search=nowhere-to-be-found', SEARCH),
  list('search: no hit, two letters', '/posts?search=qj', SEARCH),
  list('search: two letters, rare', '/posts?search=zy', SEARCH),
  list('search: Chinese', `/posts?search=${encodeURIComponent('代数')}`, SEARCH),
  list('search: one Chinese letter', `/posts?search=${encodeURIComponent('图')}`, SEARCH),
  list('search: emoji', `/posts?search=${encodeURIComponent('🦄')}`, SEARCH),
  list('search: common a year ago', '/posts?search=eclipse', SEARCH + ONCE_COMMON),
  list(
    'search: a phrase of common words',
    `/posts?search=${encodeURIComponent('ka lo mi ren tu sha vel or')}`,
    SEARCH + PARTS,
  ),
  list(
    'search: one word again and again',
    `/posts?search=${encodeURIComponent('ka ka ka ka ka ka')}`,
    SEARCH + PARTS,
  ),
  list('search: common word, 10,000 down', '/posts?search=ka&skip=10000', DEEP),
  list('search in titles, common in texts', '/posts?search=eclipse&search_in=title', SEARCH),
  list('one letter, search_in=title, replies=only', '/posts?search=k&search_in=title&replies=only', SEARCH),
  list('two letters, search_in=title, replies=only', '/posts?search=ka&search_in=title&replies=only', SEARCH),
  list(
    'two letters, search_in=title, replies=only, oldest first',
    '/posts?search=mo&search_in=title&replies=only&order=asc',
    SEARCH,
  ),
  list('search by author', `/posts?search=ka&author=${AUTHOR}`, SEARCH),
  list('search by author: no hit', `/posts?search=nowhere-to-be-found&author=${AUTHOR}`, SEARCH),
  list('search in a month', '/posts?search=sometimes&since=2026-03-01&until=2026-03-31', SEARCH),
  list('mine', '/posts/mine'),
  list('mine, of the busiest', '/posts/mine', PAGE, 1),
  list('mine, published, of the busiest', '/posts/mine?published=true', PAGE, 1),
  list('drafts of the busiest', '/posts/mine?published=false', PAGE, 1),
  list('timeline, 10 followed', '/posts/timeline', 2 * PAGE),
  list('timeline, 1,000 followed', '/posts/timeline', TIMELINE, 2),
  list('timeline, 1,000 followed, oldest first', '/posts/timeline?order=asc', TIMELINE, 2),
  list('timeline, 1,000 followed, 100 down', '/posts/timeline?skip=100', TIMELINE + 111 ** 2, 2),
  list('timeline with replies', '/posts/timeline?replies=include&include_self=true', 4 * PAGE),
  list('500 sessions', '/auth/sessions', 2 * 502 + PAGE),
  list('tags', '/posts/tags'),
  list('post', '/posts/500000'),
  list('replies of 5,000', '/posts/600000/replies'),
  list('thread above a reply', '/posts/604999/thread'),
  list('thread of 5,000', '/posts/600000/thread', 12 * 501),
  list('history of 500', '/posts/500000/history'),
  list('50,000 votes', '/posts/500000/votes'),
  list('people', '/users'),
  list('people: common part', '/users?q=ada', SEARCH),
  list('people: one name', '/users?q=99999', SEARCH),
  list('people: no hit', '/users?q=qqq', SEARCH),
  list('100 people by id', `/users?ids=${IDS}`, 400 + PAGE),
  list('profile', '/users/ada_8'),
  list('own account', '/users/me', NOTICES),
  list('own account, of the busiest', '/users/me', NOTICES, 1),
  list('own account, a million votes', '/users/me', NOTICES, 4),
  list('notifications', '/users/me/notifications', NOTICES),
  list('notifications, of the busiest', '/users/me/notifications', NOTICES, 1),
  list('notifications, a million votes', '/users/me/notifications', NOTICES, 4),
  list('notifications, oldest first', '/users/me/notifications?order=asc', NOTICES, 1),
  list('notifications: replies', '/users/me/notifications?kind=reply', NOTICES, 1),
  list('notifications: mentions', '/users/me/notifications?kind=mention', NOTICES),
  list('notifications: 50,000 follows', '/users/me/notifications?kind=follow', NOTICES, 1),
  list('notifications: votes', '/users/me/notifications?kind=vote', NOTICES, 1),
  list('total: notifications', '/users/me/notifications?total=true', NOTICES + 8 * COUNTED, 1),
  list('bookmarks', '/posts/bookmarks', 2 * PAGE),
  list('total: bookmarks', '/posts/bookmarks?total=true', 2 * PAGE + 2 * COUNTED),
  list('export: first piece', '/users/me/export', EXPORT),
  list('export of the busiest: first piece', '/users/me/export', EXPORT + KEYS, 1),
  list('own votes among 100 posts', `/votes?post_ids=${IDS}`, 400),
  list('50,000 followers', '/users/1/followers'),
  list('1,000 followed', '/users/2/following'),
  list('posts of somebody', `/users/${AUTHOR}/posts`),
  list('with replies', `/users/${AUTHOR}/posts?include_replies=true`),
  list('votes of somebody', '/users/ada_8/votes'),
  list('feed', '/posts/feed.atom', PAGE, 0),
  list('feed of a tag', '/posts/feed.atom?tag=topic1'),
  list('feed of the busiest', `/users/${AUTHOR}/feed.atom`),
  list('200,000 reports', '/posts/reports', 2 * PAGE, 1),
  list('reports that are open', '/posts/reports?status=open', 2 * PAGE, 1),
  list('reports that are resolved, oldest first', '/posts/reports?status=resolved&order=asc', 2 * PAGE, 1),
  list('200,000 entries of the audit', '/posts/reports/audit', PAGE, 1),
  list('total: posts', '/posts?total=true', PAGE + 16),
  list('total: replies of an author', `/posts?author=${AUTHOR}&replies=only&total=true`),
  list('total: a tag', '/posts?tag=topic1&total=true'),
  list('total: posts of a year', '/posts?since=2025-11-20&total=true', COUNTED),
  list('total: common word', '/posts?search=ka&total=true', 5 * COUNTED + 2 * SEARCH),
  list(
    'total: top of a search, common word',
    '/posts?sort=top&search=ka&total=true',
    5 * COUNTED + 2 * SEARCH + TOP,
  ),
  list(
    'total: top of a month',
    '/posts?sort=top&since=2026-03-01&until=2026-03-31&total=true',
    COUNTED + TOP + MONTH,
  ),
  list('total: one rare letter', '/posts?search=q&total=true', 6 * COUNTED + 2 * SEARCH),
  list('total: no hit', '/posts?search=nowhere-to-be-found&total=true', SEARCH + 2 * 3_330),
  list('total: timeline, 1,000 followed', '/posts/timeline?total=true', TIMELINE + COUNTED + 1_001, 2),
  list('total: reports', '/posts/reports?total=true', 2 * (PAGE + COUNTED), 1),
  list('total: people', '/users?total=true', PAGE + 16),
  list('total: people by a part of the name', '/users?q=ada&total=true', SEARCH + 3 * COUNTED),
  list('total: people by one letter', '/users?q=_&total=true', SEARCH + 3 * COUNTED),
  list('total: votes of somebody', '/users/ada_8/votes?total=true', PAGE + 3 * COUNTED),
  list('1,000 hidden: posts', '/posts', hiding(0), 4),
  list('1,000 hidden: posts, oldest first', '/posts?order=asc', hiding(0), 4),
  list('1,000 hidden: posts, 10,000 down', '/posts?skip=10000', hiding(10_000), 4),
  list('1,000 hidden: replies=include', '/posts?replies=include', hiding(0), 4),
  list('1,000 hidden: author', '/posts?author=ada_8000', hiding(0), 4),
  list('1,000 hidden: hidden author', '/posts?author=ada_8', hiding(0), 4),
  list('1,000 hidden: common tag', '/posts?tag=topic1', hiding(0), 4),
  list('1,000 hidden: rare tag', '/posts?tag=tag299&replies=include', hiding(0), 4),
  list('1,000 hidden: 100 ids', `/posts?ids=${IDS}`, hiding(100), 4),
  list('1,000 hidden: top', '/posts?sort=top', hiding(0), 4),
  list('1,000 hidden: top of a tag', '/posts?sort=top&tag=topic1', hiding(0), 4),
  list(
    '1,000 hidden: top of a month',
    '/posts?sort=top&since=2026-03-01&until=2026-03-31',
    TOP + MONTH + hiding(0),
    4,
  ),
  list('1,000 hidden: search, common word', '/posts?search=ka', 2 * SEARCH + hiding(0), 4),
  list('1,000 hidden: search, one in a thousand', '/posts?search=sometimes', 2 * SEARCH + hiding(0), 4),
  list('1,000 hidden: search, no hit', '/posts?search=nowhere-to-be-found', SEARCH + hiding(0), 4),
  list('1,000 hidden: timeline, 1,000 followed', '/posts/timeline', TIMELINE + hiding(0), 4),
  list('1,000 hidden: replies of 5,000', '/posts/600000/replies', hiding(0), 4),
  list('1,000 hidden: thread of 5,000', '/posts/600000/thread', 12 * 501 + hiding(0), 4),
  list('1,000 hidden: posts of somebody hidden', '/users/ada_8/posts', hiding(0), 4),
  list('1,000 hidden: votes of somebody', '/users/ada_8000/votes', hiding(0), 4),
  list('1,000 hidden: total of all posts', '/posts?total=true', 2 * 1_000 + hiding(0), 4),
  list('1,000 hidden: total of a tag', '/posts?tag=topic1&total=true', 3 * COUNTED + hiding(0), 4),
  list(
    '1,000 hidden: total of the timeline',
    '/posts/timeline?total=true',
    TIMELINE + COUNTED + hiding(0),
    4,
  ),
  list('1,000 hidden: total of 5,000 replies', '/posts/600000/replies?total=true', 2 * 5_000 + hiding(0), 4),
  list('500 blocks', '/users/me/blocks', PAGE, 4),
  list('200 mutes', '/users/me/mutes', PAGE, 4),
];
