import type { ComponentChildren } from 'preact';
import { isProblem } from '../../../client/index.ts';
import { sentenceOf } from '../api.ts';
import { words } from '../words.ts';

export const Loading = () => (
  <div class="loading" role="status">
    <span class="visually-hidden">{words.loading}</span>
    <i />
    <i />
    <i />
  </div>
);

export const Empty = ({ children }: { children: ComponentChildren }) => <div class="empty">{children}</div>;

/** Why something is not shown, and a way to try again. */
export const Failure = ({ error, onAgain }: { error: unknown; onAgain: () => void }) => (
  <div class="empty" role="alert">
    <p>
      <strong>{words.errors.title}</strong>
    </p>
    <p>{sentenceOf(error)}</p>
    <p>
      <button type="button" class="quiet" onClick={onAgain}>
        {words.list.again}
      </button>
    </p>
  </div>
);

export const isMissing = (error: unknown): boolean =>
  isProblem(error, 'post_not_found', 'user_not_found', 'not_found', 'invalid_input');
