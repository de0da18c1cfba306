import { useQuery } from '@tanstack/preact-query';
import { Link } from 'wouter-preact';
import type { User } from '../../../client/index.ts';
import { Avatar } from '../parts/avatar.tsx';
import { FeedLink } from '../parts/feed.tsx';
import { People, Posts } from '../parts/list.tsx';
import { Page } from '../parts/page.tsx';
import { FollowButton, HidingButton } from '../parts/person.tsx';
import { PersonMenu } from '../parts/person-menu.tsx';
import { Failure, isMissing, Loading } from '../parts/states.tsx';
import { Tabs } from '../parts/tabs.tsx';
import { monthOf } from '../parts/time.tsx';
import { lists, one } from '../queries.ts';
import { accountId } from '../state/session.ts';
import { words } from '../words.ts';
import { NotFound } from './not-found.tsx';

export type PersonView = 'posts' | 'replies' | 'votes' | 'followers' | 'following';

function View({ view, name, isHidden }: { view: PersonView; name: string; isHidden: boolean }) {
  const empty = isHidden && <p>{words.person.hiddenPosts}</p>;
  switch (view) {
    case 'posts':
      return <Posts of={lists.postsOf(name)} empty={empty} />;
    case 'replies':
      return <Posts of={lists.posts({ author: name, replies: 'only' })} empty={empty} />;
    case 'votes':
      return <Posts of={lists.votesOf(name)} />;
    case 'followers':
      return <People of={lists.followers(name)} />;
    case 'following':
      return <People of={lists.following(name)} />;
  }
}

/** Says that somebody is hidden, and takes it back. */
function Hidden({ how, user }: { how: 'block' | 'mute'; user: User }) {
  const { blocking, muting } = words.person;
  return (
    <div class="hidden-note">
      <p>{(how === 'block' ? blocking : muting)(user.username)}</p>
      <HidingButton how={how} user={user} />
    </div>
  );
}

export function Person({ name, view }: { name: string; view: PersonView }) {
  const { data: user, error, refetch } = useQuery(one.user(name));
  if (isMissing(error)) return <NotFound />;
  if (!user) return error ? <Failure error={error} onAgain={() => refetch()} /> : <Loading />;
  const home = `/@${user.username}`;
  const { posts, replies, votes, followers, following } = words.person;
  return (
    <Page
      title={user.username}
      heading={<bdi>{user.username}</bdi>}
      hasBack
      action={<FeedLink href={`/users/${user.id}/feed.atom`} />}
    >
      <section class="profile" aria-label={user.username}>
        <Avatar of={user} size="large" />
        <div class="profile-actions">
          {user.viewer?.followed_by && <span class="badge">{words.person.followsYou}</span>}
          {user.id === accountId() ? (
            <Link class="button quiet small" href="/settings">
              {words.person.edit}
            </Link>
          ) : (
            <>
              <FollowButton user={user} />
              {user.viewer && <PersonMenu user={user} />}
            </>
          )}
        </div>
        {user.bio && (
          <p class="bio" dir="auto">
            {user.bio}
          </p>
        )}
        <p class="facts">
          <span>
            <b>{user.posts}</b> {words.person.postOrPosts(user.posts)}
          </span>
          <Link href={`${home}/followers`}>
            <b>{user.followers}</b> {words.person.followerOrFollowers(user.followers)}
          </Link>
          <Link href={`${home}/following`}>
            <b>{user.following}</b> {following.toLowerCase()}
          </Link>
          <span>{words.person.joined(monthOf(user.created_at))}</span>
        </p>
      </section>
      {user.viewer?.blocking && <Hidden how="block" user={user} />}
      {user.viewer?.muting && <Hidden how="mute" user={user} />}
      <Tabs
        label={words.person.tabs}
        tabs={[
          [home, posts],
          [`${home}/replies`, replies],
          [`${home}/votes`, votes],
          [`${home}/followers`, followers],
          [`${home}/following`, following],
        ]}
      />
      <View
        key={view}
        view={view}
        name={user.username}
        isHidden={user.viewer !== null && (user.viewer.blocking || user.viewer.muting)}
      />
    </Page>
  );
}
