import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { words } from '../words.ts';
import { Icon } from './icons.tsx';

/** A question or a list over the page. The browser keeps the focus in it and brings it back. */
export function Dialog({
  title,
  onClose,
  children,
}: {
  title: string;
  onClose: () => void;
  children: ComponentChildren;
}) {
  const element = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => element.current?.showModal(), []);
  return (
    <dialog ref={element} aria-labelledby={id} onClose={onClose}>
      <header>
        <h2 id={id}>{title}</h2>
        <button
          type="button"
          class="bare round"
          aria-label={words.dialog.close}
          onClick={() => element.current?.close()}
        >
          <Icon name="close" />
        </button>
      </header>
      {children}
    </dialog>
  );
}

export const Confirm = ({
  title,
  text,
  go,
  onGo,
  onClose,
}: {
  title: string;
  text?: string;
  go: string;
  onGo: () => void;
  onClose: () => void;
}) => (
  <Dialog title={title} onClose={onClose}>
    {text && <p>{text}</p>}
    <p class="actions">
      <button type="button" class="quiet" onClick={onClose}>
        {words.dialog.cancel}
      </button>
      <button type="button" class="danger" onClick={onGo}>
        {go}
      </button>
    </p>
  </Dialog>
);
