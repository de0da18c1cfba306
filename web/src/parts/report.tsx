import { unwrap } from '../../../client/index.ts';
import { api } from '../api.ts';
import { say } from '../state/notes.ts';
import { words } from '../words.ts';
import { Dialog } from './dialog.tsx';
import { Field, Form } from './field.tsx';

const REASONS = ['spam', 'abuse', 'illegal', 'other'] as const;

/** What is reported: a post or a person. */
type Reported = { post: number } | { user: number; name: string };

export interface ReportProps {
  about: Reported;
  onClose: () => void;
}

export function Report({ about, onClose }: ReportProps) {
  const { post, user, text, reason, reasons, comment, send, sent } = words.report;
  const title = 'post' in about ? post : user(about.name);
  return (
    <Dialog title={title} onClose={onClose}>
      <p>{text}</p>
      <Form
        go={send}
        label={title}
        onSend={async (values) => {
          const json = {
            reason: values.reason as (typeof REASONS)[number],
            comment: values.comment?.trim() || null,
          };
          if ('post' in about)
            await unwrap(api.posts[':id'].reports.$post({ param: { id: about.post }, json }));
          else await unwrap(api.users[':user'].reports.$post({ param: { user: String(about.user) }, json }));
          say(sent);
          onClose();
        }}
      >
        {(faults) => (
          <>
            <fieldset class="choices">
              <legend>{reason}</legend>
              {REASONS.map((one, index) => (
                <label key={one}>
                  <input type="radio" name="reason" value={one} defaultChecked={index === 0} />
                  {reasons[one]}
                </label>
              ))}
            </fieldset>
            <Field name="comment" label={comment} rows={3} fault={faults.comment} />
          </>
        )}
      </Form>
    </Dialog>
  );
}
