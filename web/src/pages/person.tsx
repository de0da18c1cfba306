import { useQuery } from '@tanstack/preact-query';
import { Link } from 'wouter-preact';
import { Avatar } from '../parts/avatar.tsx';
import { People, Posts } from '../parts/list.tsx';
import { Page } from '../parts/page.tsx';
import { FollowButton } from '../parts/person.tsx';
import { Failure, isMissing, Loading } from '../parts/states.tsx';
import { Tabs } from '../parts/tabs.tsx';
import { monthOf } from '../parts/time.tsx';
import { lists, one } from '../queries.ts';
import { accountId } from '../state/session.ts';
import { words } from '../words.ts';
import { NotFound } from './not-found.tsx';

export type PersonView = 'posts' | 'replies' | 'votes' | 'followers' | 'following';

function Shown({ view, name }: { view: PersonView; name: string }) {
  switch (view) {
    case 'posts':
      return <Posts of={lists.postsOf(name)} />;
    case 'replies':
      return <Posts of={lists.posts({ author: name, replies: 'only' })} />;
    case 'votes':
      return <Posts of={lists.votesOf(name)} />;
    case 'followers':
      return <People of={lists.followers(name)} />;
    case 'following':
      return <People of={lists.following(name)} />;
  }
}

export function Person({ name, view }: { name: string; view: PersonView }) {
  const { data: user, error, refetch } = useQuery(one.user(name));
  if (!user && isMissing(error)) return <NotFound />;
  if (!user) return error ? <Failure error={error} onAgain={() => refetch()} /> : <Loading />;
  const home = `/@${user.username}`;
  const { posts, replies, votes, followers, following } = words.person;
  return (
    <Page title={user.username} heading={<bdi>{user.username}</bdi>} hasBack>
      <section class="profile" aria-label={user.username}>
        <Avatar of={user} size="large" />
        <div class="profile-actions">
          {user.viewer?.followed_by && <span class="badge">{words.person.followsYou}</span>}
          {user.id === accountId() ? (
            <Link class="button quiet small" href="/settings">
              {words.person.edit}
            </Link>
          ) : (
            <FollowButton user={user} />
          )}
        </div>
        {user.bio && (
          <p class="bio" dir="auto">
            {user.bio}
          </p>
        )}
        <p class="facts">
          <span>{words.tags.posts(user.posts)}</span>
          <Link href={`${home}/followers`}>
            <b>{user.followers}</b> {followers.toLowerCase()}
          </Link>
          <Link href={`${home}/following`}>
            <b>{user.following}</b> {following.toLowerCase()}
          </Link>
          <span>{words.person.joined(monthOf(user.created_at))}</span>
        </p>
      </section>
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
      <Shown key={view} view={view} name={user.username} />
    </Page>
  );
}
