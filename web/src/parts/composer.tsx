import { useEffect, useRef, useState } from 'preact/hooks';
import { faultsOf, sentenceOf } from '../api.ts';
import {
  type Draft,
  EMPTY,
  followDraft,
  forgetDraft,
  isBlank,
  keepDraft,
  readDraft,
} from '../state/drafts.ts';
import { words } from '../words.ts';
import { Confirm } from './dialog.tsx';
import { Field } from './field.tsx';

const LENGTH_MAX = 10_000;
/** From here on the number of characters left is read out. */
const SOON_FULL = 100;

/** As the API counts: code points after NFC, without the spaces around. */
export const lengthOf = (text: string): number => [...text.normalize('NFC').trim()].length;

const tagsOf = (text: string): string[] => text.split(/[\s,#＃]+/).filter(Boolean);

export interface Written {
  title: string | null;
  content: string;
  tags: string[];
}

interface ComposerProps {
  place: string;
  go: string;
  /** What an edit begins with. */
  start?: Draft;
  /** A reply is a text alone. */
  isReply?: boolean;
  canBeDraft?: boolean;
  label?: string;
  takesFocus?: boolean;
  /** Throws what the API refuses. */
  onSend: (written: Written, isPublished: boolean) => Promise<void>;
  onCancel?: () => void;
}

const isSame = (a: Draft, b: Draft) => a.title === b.title && a.content === b.content && a.tags === b.tags;

/** Writes a post. What is written survives a reload and a closed tab until it is sent or discarded. */
export function Composer({
  place,
  go,
  start = EMPTY,
  isReply,
  canBeDraft,
  label,
  takesFocus,
  onSend,
  onCancel,
}: ComposerProps) {
  const [draft, setDraft] = useState<Draft>(() => readDraft(place) ?? start);
  const [error, setError] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const [isAsking, setAsking] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const faults = faultsOf(error);
  const left = LENGTH_MAX - lengthOf(draft.content);
  const isChanged = !isSame(draft, start);

  useEffect(() => {
    if (takesFocus) form.current?.querySelector('textarea')?.focus();
  }, []);
  // The same text in two tabs is one: what is sent in one of them must not be sent again from the other.
  useEffect(() => followDraft(place, () => setDraft(readDraft(place) ?? start)), [place, start]);

  const write = (change: Partial<Draft>) => {
    const next = { ...draft, ...change };
    setDraft(next);
    if (isSame(next, start)) forgetDraft(place);
    else keepDraft(place, next);
  };
  const discard = () => {
    setAsking(false);
    forgetDraft(place);
    setDraft(start);
    onCancel?.();
  };
  const send = async (isPublished: boolean) => {
    if (isBusy) return;
    setBusy(true);
    setError(undefined);
    try {
      const title = draft.title.trim() || null;
      await onSend({ title, content: draft.content, tags: tagsOf(draft.tags) }, isPublished);
      // What was written since, here or in another tab, is not what was sent.
      const kept = readDraft(place);
      if (kept && JSON.stringify(kept) !== JSON.stringify(draft)) {
        setDraft(kept);
      } else {
        forgetDraft(place);
        setDraft(start);
      }
    } catch (failure) {
      setError(failure);
      requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid]')?.focus());
    } finally {
      setBusy(false);
    }
  };
  const input = (name: keyof Draft) => ({
    name,
    value: draft[name] ?? '',
    onInput: (event: Event) => write({ [name]: (event.target as HTMLInputElement).value }),
    fault: faults[name],
  });
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      send(true);
    }
  };

  return (
    <form
      ref={form}
      class={isReply ? 'composer reply' : 'composer'}
      aria-label={isReply ? undefined : (label ?? words.composer.title)}
      noValidate
      onKeyDown={onKeyDown}
      onSubmit={(event) => {
        event.preventDefault();
        send(true);
      }}
    >
      {!isReply && <Field {...input('title')} label={words.composer.heading} maxLength={400} />}
      <Field
        {...input('content')}
        label={isReply ? (label ?? words.thread.reply) : words.composer.text}
        rows={isReply ? 3 : 7}
        placeholder={isReply ? words.thread.placeholder : words.composer.placeholder}
      />
      {!isReply && <Field {...input('tags')} label={words.composer.tags} autoCapitalize="none" />}
      <p class="fault" role="alert">
        {error ? sentenceOf(error) : ''}
      </p>
      <p class="actions">
        <span class={left < 0 ? 'left over' : 'left'} aria-live={left <= SOON_FULL ? 'polite' : 'off'}>
          {words.composer.left(left)}
        </span>
        {(isChanged || onCancel) && (
          <button
            type="button"
            class="bare"
            onClick={() => (isChanged && !isBlank(draft) ? setAsking(true) : discard())}
          >
            {isChanged ? words.composer.discard : words.composer.cancel}
          </button>
        )}
        {canBeDraft && (
          <button type="button" class="quiet" onClick={() => send(false)}>
            {words.composer.saveDraft}
          </button>
        )}
        <button type="submit" aria-busy={isBusy}>
          {go}
        </button>
      </p>
      {isAsking && (
        <Confirm
          title={words.composer.discardTitle}
          go={words.composer.discard}
          onGo={discard}
          onClose={() => setAsking(false)}
        />
      )}
    </form>
  );
}
