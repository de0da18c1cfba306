import { useLocation } from 'wouter-preact';
import { keepDraft } from '../state/drafts.ts';
import { isHelpOpen } from '../state/keys.ts';
import { isOnline } from '../state/network.ts';
import { dismiss, notes } from '../state/notes.ts';
import { type Letter, outbox, removeLetter } from '../state/outbox.ts';
import { useStore } from '../state/store.ts';
import { words } from '../words.ts';
import { Dialog } from './dialog.tsx';
import { Icon } from './icons.tsx';

/** What has just happened. */
export function Notes() {
  const shown = useStore(notes);
  return (
    <div class="notes" role="status">
      {shown.map(({ id, text, isError }) => (
        <p key={id} class={isError ? 'note error' : 'note'}>
          {text}
          <button
            type="button"
            class="bare round"
            aria-label={words.dialog.close}
            onClick={() => dismiss(id)}
          >
            <Icon name="close" />
          </button>
        </p>
      ))}
    </div>
  );
}

/** A post that the API does not take goes back to where it was written. */
function Refused({ letter: { key, place, body, refusal = '' } }: { letter: Letter }) {
  const [, navigate] = useLocation();
  const edit = () => {
    keepDraft(place, { title: body.title ?? '', content: body.content, tags: body.tags?.join(' ') ?? '' });
    removeLetter(key);
    navigate(body.parent_id ? `/p/${body.parent_id}?reply` : '/compose');
  };
  return (
    <p class="banner error">
      {words.outbox.refused(refusal)}
      <button type="button" class="bare" onClick={edit}>
        {words.outbox.edit}
      </button>
      <button type="button" class="bare" onClick={() => removeLetter(key)}>
        {words.outbox.discard}
      </button>
    </p>
  );
}

/** Whether there is a network, and what waits for it. */
export function Banner() {
  const online = useStore(isOnline);
  const letters = useStore(outbox);
  const refused = letters.filter(({ refusal }) => refusal);
  const waiting = letters.length - refused.length;
  return (
    <div role="status">
      {!online && <p class="banner">{words.network.lost}</p>}
      {waiting > 0 && <p class="banner">{words.outbox.waiting(waiting)}</p>}
      {refused.map((letter) => (
        <Refused key={letter.key} letter={letter} />
      ))}
    </div>
  );
}

export function Help() {
  if (!useStore(isHelpOpen)) return null;
  return (
    <Dialog title={words.keys.title} onClose={() => isHelpOpen.set(false)}>
      <dl class="keys">
        {words.keys.list.map(([key, text]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
