import { Dialog } from './dialog.tsx';
import { Field, Form } from './field.tsx';

/** Asks for a text, and does it. */
export function Ask({
  title,
  text,
  label,
  go,
  isDanger = false,
  onSend,
  onClose,
}: {
  title: string;
  text?: string;
  label: string;
  go: string;
  isDanger?: boolean;
  onSend: (text: string | null) => Promise<void>;
  onClose: () => void;
}) {
  return (
    <Dialog title={title} onClose={onClose}>
      {text && <p>{text}</p>}
      <Form
        go={go}
        label={title}
        isDanger={isDanger}
        onSend={async ({ note = '' }) => {
          await onSend(note.trim() || null);
          onClose();
        }}
      >
        {(faults) => <Field name="note" label={label} rows={3} fault={faults.note ?? faults.reason} />}
      </Form>
    </Dialog>
  );
}
