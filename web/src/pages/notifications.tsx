import { useInfiniteQuery } from '@tanstack/preact-query';
import { useEffect } from 'preact/hooks';
import { Link, useSearchParams } from 'wouter-preact';
import { type Notification, unwrap } from '../../../client/index.ts';
import { api } from '../api.ts';
import { Avatar } from '../parts/avatar.tsx';
import { Icon, type IconName } from '../parts/icons.tsx';
import { List } from '../parts/list.tsx';
import { Members, Page } from '../parts/page.tsx';
import { Tabs } from '../parts/tabs.tsx';
import { Text } from '../parts/text.tsx';
import { Time } from '../parts/time.tsx';
import { client, lists } from '../queries.ts';
import { words } from '../words.ts';

type Kind = Notification['kind'];

const ICONS: Record<Kind, IconName> = { reply: 'reply', mention: 'at', follow: 'person', vote: 'vote' };
const KINDS: Kind[] = ['reply', 'mention', 'follow', 'vote'];

function Row({ notification: { kind, at, user, count, post, read } }: { notification: Notification }) {
  return (
    <article
      class={read ? 'notification' : 'notification unread'}
      {...(post && { 'data-post': post.id, tabIndex: -1 })}
    >
      <Icon name={ICONS[kind]} isFilled={kind === 'vote'} />
      <div>
        <p>
          <Avatar of={user} size="tiny" />
          <span>
            <Link class="name" href={`/@${user.username}`}>
              <bdi>{user.username}</bdi>
            </Link>{' '}
            {words.notifications.did[kind](count - 1)} <Time at={at} />
            {!read && <span class="visually-hidden">, {words.notifications.unread}</span>}
          </span>
        </p>
        {post && (
          <div class="quote">
            {post.title && (
              <Link class="title" href={`/p/${post.id}`} dir="auto">
                {post.title}
              </Link>
            )}
            <Text said={post} />
            <Link href={`/p/${post.id}`}>{words.post.open}</Link>
          </div>
        )}
      </div>
    </article>
  );
}

function Shown({ kind }: { kind: Kind | undefined }) {
  const list = lists.notifications(kind);
  const { data } = useInfiniteQuery(list);
  const latest = kind ? undefined : data?.pages[0]?.data[0];
  useEffect(() => {
    if (!latest || latest.read) return;
    unwrap(api.users.me.notifications.read.$put({ json: { up_to: latest.at } })).then(
      () => client.invalidateQueries({ queryKey: ['me'] }),
      // They stay unread, and the next visit tries again.
      () => undefined,
    );
  }, [latest]);
  return (
    <List<Notification>
      of={list}
      keyOf={({ kind, at, user, post }) => `${kind} ${at} ${user.id} ${post?.id}`}
      empty={<p>{words.notifications.empty}</p>}
      show={(notification) => <Row notification={notification} />}
    />
  );
}

function All() {
  const [query] = useSearchParams();
  const kind = KINDS.find((one) => one === query.get('kind'));
  const { title, tabs, all, kinds } = words.notifications;
  return (
    <Page title={title}>
      <Tabs
        label={tabs}
        tabs={[
          ['/notifications', all],
          ...KINDS.map((one): [string, string] => [`/notifications?kind=${one}`, kinds[one]]),
        ]}
      />
      <Shown key={kind} kind={kind} />
    </Page>
  );
}

export const Notifications = () => (
  <Members title={words.notifications.title} ask={words.errors.codes.token_missing}>
    <All />
  </Members>
);
