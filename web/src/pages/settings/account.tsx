import { useState } from 'preact/hooks';
import { type Me, unwrap } from '../../../../client/index.ts';
import { api } from '../../api.ts';
import { Field, Form } from '../../parts/field.tsx';
import { client } from '../../queries.ts';
import { orSay } from '../../state/actions.ts';
import { say } from '../../state/notes.ts';
import { words } from '../../words.ts';

const showMe = (me: Me) => {
  client.setQueryData(['me'], me);
  for (const key of ['user', 'posts', 'posts-of', 'timeline', 'thread'])
    client.invalidateQueries({ queryKey: [key] });
};

export const Profile = ({ me }: { me: Me }) => (
  <Form
    go={words.settings.save}
    label={words.settings.profile}
    onSend={async ({ username = '', bio = '', avatar_url = '' }) => {
      const json = {
        ...(username !== me.username && { username }),
        bio: bio || null,
        avatar_url: avatar_url || null,
      };
      showMe((await unwrap(api.users.me.$patch({ json }))) as Me);
      say(words.settings.saved);
    }}
  >
    {(faults) => (
      <>
        <Field
          name="username"
          label={words.settings.username}
          defaultValue={me.username}
          autoCapitalize="none"
          autoComplete="username"
          fault={faults.username}
        />
        <Field
          name="bio"
          label={words.settings.bio}
          rows={3}
          defaultValue={me.bio ?? ''}
          fault={faults.bio}
        />
        <Field
          name="avatar_url"
          type="url"
          label={words.settings.avatar}
          defaultValue={me.avatar_url ?? ''}
          fault={faults.avatar_url}
        />
      </>
    )}
  </Form>
);

/** Asks for the code that was mailed to an address. */
export function Confirm({ email }: { email: string }) {
  const { text, code, go, resend, resent, done } = words.verify;
  const sendAgain = () =>
    orSay(async () => {
      await unwrap(api.auth.email.verify.resend.$post({}));
      say(resent);
    });
  return (
    <Form
      go={go}
      label={go}
      more={
        <button type="button" class="bare" onClick={sendAgain}>
          {resend}
        </button>
      }
      onSend={async (values) => {
        await unwrap(api.auth.email.verify.$post({ json: { code: values.code ?? '' } }));
        await client.invalidateQueries({ queryKey: ['me'] });
        say(done);
      }}
    >
      {(faults) => (
        <>
          <p class="lead">{text(email)}</p>
          <Field
            name="code"
            label={code}
            autoComplete="one-time-code"
            autoCapitalize="characters"
            fault={faults.code}
          />
        </>
      )}
    </Form>
  );
}

export function Email({ me }: { me: Me }) {
  const [requestedEmail, setRequestedEmail] = useState<string>();
  const { emailNow, unconfirmed, emailNew, emailChange, emailSent, passwordNow } = words.settings;
  const toConfirm =
    requestedEmail && requestedEmail !== me.email ? requestedEmail : !me.email_verified && me.email;
  return (
    <>
      <p class="lead">
        {emailNow(me.email)} {!me.email_verified && unconfirmed}
      </p>
      {toConfirm && <Confirm email={toConfirm} />}
      <Form
        go={emailChange}
        label={emailChange}
        onSend={async ({ email = '', current_password = '' }) => {
          showMe((await unwrap(api.users.me.$patch({ json: { email, current_password } }))) as Me);
          setRequestedEmail(email);
          say(emailSent);
        }}
      >
        {(faults) => (
          <>
            <Field name="email" type="email" label={emailNew} autoComplete="email" fault={faults.email} />
            <Field
              name="current_password"
              type="password"
              label={passwordNow}
              autoComplete="current-password"
              fault={faults.current_password}
            />
          </>
        )}
      </Form>
    </>
  );
}

export function Password({ me }: { me: Me }) {
  const [round, setRound] = useState(0);
  const { passwordNow, passwordNew, passwordChange, passwordDone } = words.settings;
  return (
    <Form
      key={round}
      go={passwordChange}
      label={passwordChange}
      onSend={async ({ current_password = '', new_password = '' }) => {
        await unwrap(api.auth.password.$put({ json: { current_password, new_password } }));
        client.invalidateQueries({ queryKey: ['sessions'] });
        say(passwordDone);
        setRound(round + 1);
      }}
    >
      {(faults) => (
        <>
          <input
            type="text"
            class="visually-hidden"
            name="username"
            autoComplete="username"
            value={me.username}
            readOnly
            tabIndex={-1}
            aria-hidden="true"
          />
          <Field
            name="current_password"
            type="password"
            label={passwordNow}
            autoComplete="current-password"
            fault={faults.current_password}
          />
          <Field
            name="new_password"
            type="password"
            label={passwordNew}
            hint={words.signUp.passwordHint}
            autoComplete="new-password"
            fault={faults.new_password}
          />
        </>
      )}
    </Form>
  );
}
