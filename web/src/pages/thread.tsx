import { useQuery } from '@tanstack/preact-query';
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Link, useLocation, useSearch } from 'wouter-preact';
import type { Post as PostShape } from '../../../client/index.ts';
import { Composer, type Written } from '../parts/composer.tsx';
import { Icon } from '../parts/icons.tsx';
import { Page, signInHref } from '../parts/page.tsx';
import { Post } from '../parts/post.tsx';
import { Failure, isMissing, Loading } from '../parts/states.tsx';
import { addOwnPost, client, one } from '../queries.ts';
import { say } from '../state/notes.ts';
import { post as sendPost } from '../state/outbox.ts';
import { session } from '../state/session.ts';
import { useStore } from '../state/store.ts';
import { words } from '../words.ts';
import { NotFound } from './not-found.tsx';

type Children = Map<number | undefined, PostShape[]>;

/** Replies by what they answer; those to a post that is no longer there by undefined. */
function childrenOf(post: PostShape, descendants: PostShape[]): Children {
  const known = new Set([post.id, ...descendants.map(({ id }) => id)]);
  const found: Children = new Map();
  for (const reply of descendants) {
    const parent = known.has(reply.parent_id ?? 0) ? (reply.parent_id ?? undefined) : undefined;
    found.set(parent, [...(found.get(parent) ?? []), reply]);
  }
  return found;
}

const countBelow = (id: number, children: Children): number =>
  (children.get(id) ?? []).reduce((sum, reply) => sum + 1 + countBelow(reply.id, children), 0);

interface BranchProps {
  post: PostShape;
  children: Children;
  answeredId: number | undefined;
  onReply: (id: number | undefined) => void;
}

function Branch({ post, children, answeredId, onReply }: BranchProps) {
  const [isHidden, setHidden] = useState(false);
  const replies = children.get(post.id) ?? [];
  const below = countBelow(post.id, children);
  return (
    <li>
      <Post post={post} look="nested" onReply={() => onReply(answeredId === post.id ? undefined : post.id)} />
      {answeredId === post.id && <Reply to={post} takesFocus onDone={() => onReply(undefined)} />}
      {below > 0 && (
        <button
          type="button"
          class="bare fold"
          aria-expanded={!isHidden}
          onClick={() => setHidden(!isHidden)}
        >
          {isHidden ? words.thread.show(below) : words.thread.hide(below)}
        </button>
      )}
      {below > 0 && !isHidden && (
        <ul class="replies">
          {replies.map((reply) => (
            <Branch
              key={reply.id}
              post={reply}
              children={children}
              answeredId={answeredId}
              onReply={onReply}
            />
          ))}
        </ul>
      )}
    </li>
  );
}

function Reply({ to, takesFocus, onDone }: { to: PostShape; takesFocus?: boolean; onDone?: () => void }) {
  const { state } = useStore(session);
  if (state !== 'member')
    return (
      <p class="ask">
        <Link href={signInHref()}>{words.thread.signIn}</Link>
      </p>
    );
  const place = `reply-${to.id}`;
  const send = async ({ content }: Written) => {
    const reply = await sendPost(place, { content, parent_id: to.id });
    if (!reply) say(words.outbox.later);
    else {
      addOwnPost(reply);
      await client.refetchQueries({ queryKey: ['thread'], type: 'active' });
      say(words.composer.replied);
      requestAnimationFrame(() => document.querySelector<HTMLElement>(`[data-post="${reply.id}"]`)?.focus());
    }
    onDone?.();
  };
  return (
    <Composer
      place={place}
      go={words.composer.reply}
      isReply
      label={words.thread.replyTo(to.owner.username)}
      takesFocus={takesFocus ?? false}
      onSend={send}
      {...(onDone && { onCancel: onDone })}
    />
  );
}

const Note = ({ children }: { children: ComponentChildren }) => <p class="ask">{children}</p>;

export function Thread({ id }: { id: number }) {
  const { data, error, refetch } = useQuery(one.thread(id));
  const [, navigate] = useLocation();
  const wantsReply = useSearch() === 'reply';
  const [answeredId, setAnsweredId] = useState<number>();
  const isThere = data !== undefined;

  useEffect(() => {
    // What stands above the post must not push it out of sight.
    if (isThere && !wantsReply && scrollY === 0 && data.ancestors.length > 0)
      document.querySelector('article.whole')?.scrollIntoView();
  }, [isThere, id]);

  if (isMissing(error)) return <NotFound />;
  if (!data) return error ? <Failure error={error} onAgain={() => refetch()} /> : <Loading />;
  const { ancestors, post, descendants, truncated } = data;
  const children = childrenOf(post, descendants);
  const branch = (reply: PostShape) => (
    <Branch key={reply.id} post={reply} children={children} answeredId={answeredId} onReply={setAnsweredId} />
  );
  const orphans = children.get(undefined) ?? [];
  return (
    <Page title={words.thread.of(post.owner.username)} heading={words.thread.title} hasBack>
      {ancestors.length > 0 && (
        <section class="ancestors" aria-label={words.thread.above}>
          {truncated.ancestors && (
            <Note>
              <Icon name="more" /> {words.thread.truncatedAbove}
            </Note>
          )}
          {ancestors.map((above) => (
            <Post key={above.id} post={above} />
          ))}
        </section>
      )}
      <Post
        post={post}
        look="whole"
        onReply={() =>
          document.querySelector<HTMLElement>('.thread-reply textarea, .thread-reply a')?.focus()
        }
        onRemoved={() => navigate('/')}
      />
      {post.published && (
        <div class="thread-reply">
          <Reply key={post.id} to={post} takesFocus={wantsReply} />
        </div>
      )}
      <section aria-label={words.thread.replies(descendants.length)}>
        <h2 class="section-head">{words.thread.replies(descendants.length)}</h2>
        {descendants.length > 0 && <ul class="replies first">{(children.get(post.id) ?? []).map(branch)}</ul>}
        {orphans.length > 0 && (
          <>
            <h3 class="section-head">{words.thread.orphans}</h3>
            <ul class="replies first">{orphans.map(branch)}</ul>
          </>
        )}
        {truncated.descendants && <Note>{words.thread.truncated}</Note>}
      </section>
    </Page>
  );
}
