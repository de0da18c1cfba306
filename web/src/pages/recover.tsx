import { useState } from 'preact/hooks';
import { useLocation } from 'wouter-preact';
import { unwrap } from '../../../client/index.ts';
import { api } from '../api.ts';
import { Field, Form } from '../parts/field.tsx';
import { Page } from '../parts/page.tsx';
import { say } from '../state/notes.ts';
import { forgetSession, session } from '../state/session.ts';
import { words } from '../words.ts';

export function Recover() {
  const [email, setEmail] = useState('');
  const [, navigate] = useLocation();
  const { title, text, email: emailLabel, send, sent, code, password, go, other, done } = words.recover;
  return (
    <Page title={title}>
      <p class="lead" role="status">
        {email ? sent(email) : text}
      </p>
      {email ? (
        <Form
          key="reset"
          go={go}
          label={title}
          more={
            <button type="button" class="bare" onClick={() => setEmail('')}>
              {other}
            </button>
          }
          onSend={async (values) => {
            const json = { email, code: values.code ?? '', new_password: values.new_password ?? '' };
            await unwrap(api.auth.password.reset.$post({ json }));
            if (session.get().state === 'member') forgetSession();
            say(done);
            navigate('/sign-in');
          }}
        >
          {(faults) => (
            <>
              <Field
                name="code"
                label={code}
                autoComplete="one-time-code"
                autoCapitalize="characters"
                required
                fault={faults.code}
              />
              <Field
                name="new_password"
                type="password"
                label={password}
                hint={words.signUp.passwordHint}
                autoComplete="new-password"
                required
                fault={faults.new_password}
              />
            </>
          )}
        </Form>
      ) : (
        <Form
          key="send"
          go={send}
          label={title}
          onSend={async (values) => {
            await unwrap(api.auth.password.forgot.$post({ json: { email: values.email ?? '' } }));
            setEmail(values.email ?? '');
          }}
        >
          {(faults) => (
            <Field
              name="email"
              type="email"
              label={emailLabel}
              autoComplete="email"
              required
              fault={faults.email}
            />
          )}
        </Form>
      )}
    </Page>
  );
}
