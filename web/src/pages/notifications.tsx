import { useInfiniteQuery, useQuery } from '@tanstack/preact-query';
import { Fragment } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Link, useSearchParams } from 'wouter-preact';
import { type Notification, unwrap } from '../../../client/index.ts';
import { api } from '../api.ts';
import { Avatar } from '../parts/avatar.tsx';
import { Icon, type IconName } from '../parts/icons.tsx';
import { List } from '../parts/list.tsx';
import { Members, Page } from '../parts/page.tsx';
import { PersonLink } from '../parts/person.tsx';
import { Tabs } from '../parts/tabs.tsx';
import { Time } from '../parts/time.tsx';
import { client, lists, one } from '../queries.ts';
import { words } from '../words.ts';

type Kind = Notification['kind'];

const ICONS: Record<Kind, IconName> = { reply: 'reply', mention: 'at', follow: 'person', vote: 'vote' };
const KINDS: Kind[] = ['reply', 'mention', 'follow', 'vote'];
/** The API counts voters up to here. */
const COUNT_MAX = 100;
const NAMES_SHOWN = 2;
const QUOTED_LENGTH = 200;

/** "Ada, Bob and 3 others". */
function Names({ notification: { users, count } }: { notification: Notification }) {
  const shown = users.slice(0, NAMES_SHOWN);
  const others = count - shown.length;
  const { comma, and } = words.notifications;
  return (
    <>
      {shown.map(({ id, username }, index) => (
        <Fragment key={id}>
          {index > 0 && (index === shown.length - 1 && others === 0 ? and : comma)}
          <PersonLink name={username} />
        </Fragment>
      ))}
      {others > 0 && words.notifications.others(others, count >= COUNT_MAX)}
    </>
  );
}

function Row({ notification }: { notification: Notification }) {
  const { kind, at, users, post, read } = notification;
  const { did, unread } = words.notifications;
  const isForReply = kind === 'vote' && post !== null && post.parent_id !== null;
  return (
    <article
      class={read ? 'notification' : 'notification unread'}
      tabIndex={-1}
      {...(post && { 'data-post': post.id })}
    >
      <Icon name={ICONS[kind]} isFilled={kind === 'vote'} />
      <div>
        <p class="faces">
          {users.map((user) => (
            <Avatar key={user.id} of={user} size="tiny" />
          ))}
        </p>
        <p>
          <Names notification={notification} /> {isForReply ? did.voteForReply : did[kind]} <Time at={at} />
          {!read && <span class="visually-hidden">, {unread}</span>}
        </p>
        {post && (
          <Link class="quote" href={`/p/${post.id}`} dir="auto">
            {post.title && <b>{post.title} </b>}
            {post.content.slice(0, QUOTED_LENGTH)}
          </Link>
        )}
      </div>
    </article>
  );
}

/** Marks all up to this one as read once the page is seen. Returns whether that is done. */
function useReadMark(latest: Notification | undefined): boolean {
  const [markedAt, setMarkedAt] = useState('');
  const at = latest && !latest.read ? latest.at : undefined;
  useEffect(() => {
    if (!at) return;
    const mark = async () => {
      if (document.hidden) return;
      document.removeEventListener('visibilitychange', mark);
      try {
        await unwrap(api.users.me.notifications.read.$put({ json: { up_to: at } }));
      } catch {
        // They stay unread, and the next visit tries again.
        return;
      }
      await client.refetchQueries({ queryKey: one.me().queryKey });
      setMarkedAt(at);
    };
    document.addEventListener('visibilitychange', mark);
    mark();
    return () => document.removeEventListener('visibilitychange', mark);
  }, [at]);
  return latest !== undefined && (latest.read || markedAt === latest.at);
}

/** All of them: those of one kind don't say which others were seen. */
function All() {
  const list = lists.notifications();
  const { data, isFetching, refetch } = useInfiniteQuery(list);
  const { data: me } = useQuery(one.me());
  const isMarked = useReadMark(data?.pages[0]?.data[0]);
  const unread = me?.unread_notifications ?? 0;
  const show = async () => {
    await refetch();
    scrollTo(0, 0);
    document.querySelector<HTMLElement>('.notification')?.focus({ preventScroll: true });
  };
  return (
    <>
      <div class="fresh" role="status">
        {isMarked && !isFetching && unread > 0 && (
          <button type="button" onClick={show}>
            {words.notifications.fresh(unread)}
          </button>
        )}
      </div>
      <NotificationList of={list} />
    </>
  );
}

const NotificationList = ({ of }: { of: ReturnType<typeof lists.notifications> }) => (
  <List<Notification>
    of={of}
    keyOf={({ kind, at, user, post }) => `${kind} ${at} ${user.id} ${post?.id}`}
    empty={<p>{words.notifications.empty}</p>}
    show={(notification) => <Row notification={notification} />}
  />
);

export function Notifications() {
  const [query] = useSearchParams();
  const kind = KINDS.find((one) => one === query.get('kind'));
  const { title, tabs, all, kinds } = words.notifications;
  return (
    <Members title={title} ask={words.errors.codes.token_missing}>
      <Page title={title}>
        <Tabs
          label={tabs}
          tabs={[
            ['/notifications', all],
            ...KINDS.map((one): [string, string] => [`/notifications?kind=${one}`, kinds[one]]),
          ]}
        />
        {kind ? <NotificationList key={kind} of={lists.notifications(kind)} /> : <All />}
      </Page>
    </Members>
  );
}
