import type { Post } from '../../../client/index.ts';
import { deletePost, deleteUser } from '../state/moderation.ts';
import { words } from '../words.ts';
import { Ask } from './ask.tsx';

export interface DeletionProps {
  of: { post: Post } | { user: number; name: string };
  onDone?: (() => void) | undefined;
  onClose: () => void;
}

/** Asks an admin for the reason, and deletes a post or an account. */
export function Deletion({ of, onDone, onClose }: DeletionProps) {
  const { post, postText, user, userTitle, userText, why } = words.deletion;
  const isPost = 'post' in of;
  return (
    <Ask
      title={isPost ? post : userTitle(of.name)}
      text={isPost ? postText : userText}
      label={why}
      go={isPost ? post : user}
      isDanger
      onSend={async (reason) => {
        await (isPost ? deletePost(of.post, reason) : deleteUser(of.user, reason));
        onDone?.();
      }}
      onClose={onClose}
    />
  );
}
