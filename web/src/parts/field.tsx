import type { ComponentChildren, InputHTMLAttributes } from 'preact';
import { useId, useRef, useState } from 'preact/hooks';
import { faultsOf, sentenceOf } from '../api.ts';

interface FieldProps extends Omit<InputHTMLAttributes, 'name'> {
  name: string;
  label: string;
  hint?: string | undefined;
  fault?: string | undefined;
  rows?: number;
}

/** A labelled field; what is wrong with it stands below. With `rows` it has several lines. */
export function Field({ label, hint, fault, rows, ...input }: FieldProps) {
  const id = useId();
  const descriptions = [hint && `${id}-hint`, fault && `${id}-fault`].filter(Boolean).join(' ');
  const all = {
    dir: 'auto' as const,
    ...input,
    id,
    ...(descriptions && { 'aria-describedby': descriptions }),
    ...(fault && { 'aria-invalid': true as const }),
  };
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {/* biome-ignore lint/suspicious/noExplicitAny: what both elements take. */}
      {rows ? <textarea {...(all as any)} rows={rows} /> : <input {...all} />}
      {hint && <small id={`${id}-hint`}>{hint}</small>}
      {fault && (
        <small id={`${id}-fault`} class="fault">
          {fault}
        </small>
      )}
    </div>
  );
}

export type Values = Record<string, string>;

interface FormProps {
  label?: string;
  go: string;
  isDanger?: boolean;
  /** Throws what the API refuses. */
  onSend: (values: Values) => Promise<void>;
  /** Given what is wrong with each field. */
  children: (faults: Record<string, string>) => ComponentChildren;
  more?: ComponentChildren;
}

/** A form that says what is wrong where it is wrong, and moves the focus there. */
export function Form({ label, go, isDanger, onSend, children, more }: FormProps) {
  const [error, setError] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const send = async (event: Event) => {
    event.preventDefault();
    if (isBusy) return;
    setBusy(true);
    setError(undefined);
    try {
      await onSend(Object.fromEntries(new FormData(form.current as HTMLFormElement)) as Values);
    } catch (failure) {
      setError(failure);
      requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid]')?.focus());
    } finally {
      setBusy(false);
    }
  };
  return (
    <form ref={form} class="form" onSubmit={send} noValidate aria-label={label}>
      {children(faultsOf(error))}
      <p class="fault" role="alert">
        {error ? sentenceOf(error) : ''}
      </p>
      <p class="actions">
        {more}
        <button type="submit" class={isDanger ? 'danger' : ''} aria-busy={isBusy}>
          {go}
        </button>
      </p>
    </form>
  );
}
