import { useState } from 'preact/hooks';
import { useLocation } from 'wouter-preact';
import { type Me, unwrap } from '../../../../client/index.ts';
import { api } from '../../api.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { Field, Form } from '../../parts/field.tsx';
import { orSay } from '../../state/actions.ts';
import { say } from '../../state/notes.ts';
import { forgetSession } from '../../state/session.ts';
import { words } from '../../words.ts';

const download = () =>
  orSay(async () => {
    const all = await unwrap(api.users.me.export.$get({}));
    const address = URL.createObjectURL(
      new Blob([JSON.stringify(all, null, 2)], { type: 'application/json' }),
    );
    const link = Object.assign(document.createElement('a'), { href: address, download: 'ledge.json' });
    link.click();
    URL.revokeObjectURL(address);
  });

export const Export = () => (
  <>
    <p class="lead">{words.settings.exportText}</p>
    <p class="actions">
      <button type="button" class="quiet" onClick={download}>
        {words.settings.export}
      </button>
    </p>
  </>
);

export function DeleteAccount({ me }: { me: Me }) {
  const [isAsking, setAsking] = useState(false);
  const [, navigate] = useLocation();
  const { remove, removeText, removed, passwordNow } = words.settings;
  return (
    <>
      <p class="lead">{removeText}</p>
      <p class="actions">
        <button type="button" class="danger quiet" onClick={() => setAsking(true)}>
          {remove}
        </button>
      </p>
      {isAsking && (
        <Dialog title={`${remove}: ${me.username}`} onClose={() => setAsking(false)}>
          <p>{removeText}</p>
          <Form
            go={remove}
            isDanger
            label={remove}
            onSend={async ({ current_password = '' }) => {
              await unwrap(api.users.me.$delete({ json: { current_password } }));
              forgetSession();
              say(removed);
              navigate('/');
            }}
          >
            {(faults) => (
              <Field
                name="current_password"
                type="password"
                label={passwordNow}
                autoComplete="current-password"
                fault={faults.current_password}
              />
            )}
          </Form>
        </Dialog>
      )}
    </>
  );
}
