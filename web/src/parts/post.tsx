import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { Link, useLocation } from 'wouter-preact';
import type { Post as PostShape } from '../../../client/index.ts';
import { removePost, toggleBookmark, toggleVote } from '../state/actions.ts';
import { say } from '../state/notes.ts';
import { session } from '../state/session.ts';
import { useStore } from '../state/store.ts';
import { words } from '../words.ts';
import { AdminEntry } from './admin-entry.tsx';
import { Avatar } from './avatar.tsx';
import type { DeletionProps } from './deletion.tsx';
import { Confirm } from './dialog.tsx';
import { Icon } from './icons.tsx';
import { later } from './later.tsx';
import { Menu } from './menu.tsx';
import { signInHref } from './page.tsx';
import { PersonLink } from './person.tsx';
import type { ReportProps } from './report.tsx';
import { Tags, Text } from './text.tsx';
import { exactTime, Time } from './time.tsx';

const Deletion = later<DeletionProps>(() => import('./deletion.tsx').then(({ Deletion }) => Deletion));
const Report = later<ReportProps>(() => import('./report.tsx').then(({ Report }) => Report));

/** Longer posts are cut in a list. */
const SHOWN_LENGTH = 700;
const SHOWN_LINES = 14;

function VoteButton({ post }: { post: PostShape }) {
  const { state } = useStore(session);
  const isVoted = post.viewer?.voted ?? false;
  const label = words.post.vote(post.votes);
  const face = (
    <>
      <Icon name="vote" isFilled={isVoted} />
      <span aria-hidden="true">{post.votes}</span>
    </>
  );
  if (state !== 'member')
    return (
      <Link class="count" href={signInHref()} aria-label={label} title={words.post.signInToVote}>
        {face}
      </Link>
    );
  return (
    <button
      type="button"
      class={isVoted ? 'count voted' : 'count'}
      aria-pressed={isVoted}
      aria-label={label}
      onClick={() => toggleVote(post)}
    >
      {face}
    </button>
  );
}

/** What can be done with a post besides. */
function PostMenu({ post, onRemoved }: { post: PostShape; onRemoved?: (() => void) | undefined }) {
  const now = useStore(session);
  const [asking, setAsking] = useState<'remove' | 'report' | 'delete'>();
  const close = () => setAsking(undefined);
  const isMine = now.state === 'member' && now.id === post.owner_id;
  const copy = async () => {
    await navigator.clipboard.writeText(`${location.origin}/p/${post.id}`);
    say(words.post.copied);
  };
  const remove = async () => {
    close();
    if (await removePost(post)) onRemoved?.();
  };
  return (
    <>
      <Menu label={words.post.more}>
        {isMine && (
          <li>
            <Link href={`/compose?edit=${post.id}`}>{words.post.edit}</Link>
          </li>
        )}
        {post.edited_at && (
          <li>
            <Link href={`/p/${post.id}/history`}>{words.post.history}</Link>
          </li>
        )}
        <li>
          <button type="button" onClick={copy}>
            {words.post.copy}
          </button>
        </li>
        {isMine && (
          <li>
            <button type="button" class="warns" onClick={() => setAsking('remove')}>
              {words.post.remove}
            </button>
          </li>
        )}
        {now.state === 'member' && !isMine && (
          <li>
            <button type="button" class="warns" onClick={() => setAsking('report')}>
              {words.post.report}
            </button>
          </li>
        )}
        {!isMine && <AdminEntry text={words.deletion.post} onChoose={() => setAsking('delete')} />}
      </Menu>
      {asking === 'report' && <Report about={{ post: post.id }} onClose={close} />}
      {asking === 'delete' && <Deletion of={{ post }} onDone={onRemoved} onClose={close} />}
      {asking === 'remove' && (
        <Confirm
          title={words.post.removeTitle}
          text={words.post.removeText}
          go={words.post.remove}
          onGo={remove}
          onClose={close}
        />
      )}
    </>
  );
}

interface PostProps {
  post: PostShape;
  /** `whole` is the one that its page is about. */
  look?: 'listed' | 'whole' | 'nested';
  onReply?: () => void;
  onRemoved?: () => void;
  children?: ComponentChildren;
}

export function Post({ post, look = 'listed', onReply, onRemoved, children }: PostProps) {
  const [, navigate] = useLocation();
  const { id, owner, title, content } = post;
  const isCut =
    look === 'listed' && (content.length > SHOWN_LENGTH || content.split('\n').length > SHOWN_LINES);
  const Title = look === 'nested' ? 'h3' : 'h2';
  return (
    <article class={`post ${look}`} data-post={id} tabIndex={-1} aria-label={words.post.by(owner.username)}>
      <Link class="face" href={`/@${owner.username}`} tabIndex={-1} aria-hidden="true">
        <Avatar of={owner} />
      </Link>
      <header>
        <PersonLink name={owner.username} />
        <Link class="when" href={`/p/${id}`}>
          <span class="visually-hidden">{words.post.open}, </span>
          <Time at={post.published_at ?? post.created_at} />
        </Link>
        {post.edited_at && (
          <Link class="when" href={`/p/${id}/history`} title={exactTime(post.edited_at)}>
            {words.post.edited}
          </Link>
        )}
        {!post.published && <span class="badge">{words.post.draft}</span>}
        {look === 'listed' && post.parent_id !== null && <span class="badge">{words.post.isReply}</span>}
        <PostMenu post={post} onRemoved={onRemoved} />
      </header>
      {title && (
        <Title class="title" dir="auto">
          {look === 'whole' ? title : <Link href={`/p/${id}`}>{title}</Link>}
        </Title>
      )}
      <div class={isCut ? 'cut' : undefined}>
        <Text said={post} />
      </div>
      {isCut && (
        <Link class="read-on" href={`/p/${id}`}>
          {words.post.readOn}
        </Link>
      )}
      <Tags tags={post.tags} content={isCut ? '' : content} />
      {post.published && (
        <footer>
          <VoteButton post={post} />
          <button
            type="button"
            class="count"
            aria-label={words.post.replies(post.replies)}
            onClick={onReply ?? (() => navigate(`/p/${id}?reply`))}
          >
            <Icon name="reply" />
            <span aria-hidden="true">{post.replies}</span>
          </button>
          {post.viewer && (
            <button
              type="button"
              class={post.viewer.bookmarked ? 'count voted' : 'count'}
              aria-pressed={post.viewer.bookmarked}
              aria-label={words.post.bookmark}
              onClick={() => toggleBookmark(post)}
            >
              <Icon name="bookmark" isFilled={post.viewer.bookmarked} />
            </button>
          )}
        </footer>
      )}
      {children}
    </article>
  );
}
