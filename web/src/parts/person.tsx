import type { ComponentChildren } from 'preact';
import { Link } from 'wouter-preact';
import type { User } from '../../../client/index.ts';
import { toggleFollow, toggleHiding } from '../state/actions.ts';
import { session } from '../state/session.ts';
import { useStore } from '../state/store.ts';
import { words } from '../words.ts';
import { Avatar } from './avatar.tsx';
import { signInHref } from './page.tsx';

export const PersonLink = ({ name }: { name: string }) => (
  <Link class="name" href={`/@${name}`}>
    <bdi>{name}</bdi>
  </Link>
);

export function FollowButton({ user }: { user: User }) {
  const now = useStore(session);
  if (now.state === 'visitor')
    return (
      <Link class="button small" href={signInHref()} title={words.person.signInToFollow}>
        {words.person.follow}
      </Link>
    );
  if (now.state !== 'member' || now.id === user.id || user.viewer?.blocking) return null;
  const isFollowed = user.viewer?.following ?? false;
  const { unfollowName, followName, unfollow, follow } = words.person;
  return (
    <button
      type="button"
      class={isFollowed ? 'quiet small' : 'small'}
      aria-label={isFollowed ? unfollowName(user.username) : followName(user.username)}
      onClick={() => toggleFollow(user)}
    >
      {isFollowed ? unfollow : follow}
    </button>
  );
}

/** Ends or renews what hides somebody. */
export const HidingButton = ({ how, user }: { how: 'block' | 'mute'; user: User }) => {
  const { block, unblock, mute, unmute } = words.person;
  const isHidden = how === 'block' ? user.viewer?.blocking : user.viewer?.muting;
  const [start, end] = how === 'block' ? [block, unblock] : [mute, unmute];
  const label = isHidden ? end : start;
  return (
    <button
      type="button"
      class="quiet small"
      aria-label={words.person.named(label, user.username)}
      onClick={() => toggleHiding(how, user)}
    >
      {label}
    </button>
  );
};

/** One of several people. */
export const PersonRow = ({ user, action }: { user: User; action?: ComponentChildren }) => (
  <div class="person-row">
    <Avatar of={user} />
    <div>
      <div class="person-line">
        <PersonLink name={user.username} />
        {user.viewer?.followed_by && <span class="badge">{words.person.followsYou}</span>}
        {user.viewer?.blocking && !action && <span class="badge">{words.person.isBlocked}</span>}
        {user.viewer?.muting && !action && <span class="badge">{words.person.isMuted}</span>}
      </div>
      {user.bio && <p dir="auto">{user.bio}</p>}
    </div>
    {action ?? <FollowButton user={user} />}
  </div>
);
