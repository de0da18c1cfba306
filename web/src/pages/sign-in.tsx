import { useEffect } from 'preact/hooks';
import { Link, useLocation, useSearchParams } from 'wouter-preact';
import { Field, Form } from '../parts/field.tsx';
import { Page } from '../parts/page.tsx';
import { say } from '../state/notes.ts';
import { register, session, signIn } from '../state/session.ts';
import { useStore } from '../state/store.ts';
import { words } from '../words.ts';

/** Where the reader was before; never another site. */
const nextOf = (query: URLSearchParams): string => {
  const path = query.get('next') ?? '/';
  if (!URL.canParse(path, location.origin)) return '/';
  const { origin, pathname, search } = new URL(path, location.origin);
  // A path that begins with two slashes would be read as a host.
  return origin === location.origin && !pathname.startsWith('//') ? pathname + search : '/';
};

/** Whoever is signed in has nothing to do here. */
function useLeave(): void {
  const [query] = useSearchParams();
  const [, navigate] = useLocation();
  const { state } = useStore(session);
  useEffect(() => {
    if (state === 'member') navigate(nextOf(query), { replace: true });
  }, [state]);
}

export function SignIn() {
  useLeave();
  const [query] = useSearchParams();
  const { user, password, go, forgot, new: isNew, join } = words.signIn;
  return (
    <Page title={words.signIn.title}>
      <Form
        go={go}
        label={words.signIn.title}
        onSend={({ username = '', password: secret = '' }) => signIn(username, secret)}
      >
        {(faults) => (
          <>
            <Field
              name="username"
              label={user}
              autoComplete="username"
              autoCapitalize="none"
              required
              fault={faults.username}
            />
            <Field
              name="password"
              type="password"
              label={password}
              autoComplete="current-password"
              required
              fault={faults.password}
            />
          </>
        )}
      </Form>
      <p class="ask">
        <Link href="/recover">{forgot}</Link>
      </p>
      <p class="ask">
        {isNew} <Link href={`/sign-up?next=${encodeURIComponent(nextOf(query))}`}>{join}</Link>
      </p>
    </Page>
  );
}

export function SignUp() {
  useLeave();
  const { title, email, username, usernameHint, password, passwordHint, go, have, done } = words.signUp;
  return (
    <Page title={title}>
      <Form
        go={go}
        label={title}
        onSend={async (values) => {
          const json = {
            email: values.email ?? '',
            password: values.password ?? '',
            username: values.username || null,
          };
          await register(json);
          say(done);
        }}
      >
        {(faults) => (
          <>
            <Field
              name="email"
              type="email"
              label={email}
              autoComplete="email"
              required
              fault={faults.email}
            />
            <Field
              name="username"
              label={username}
              hint={usernameHint}
              autoComplete="username"
              autoCapitalize="none"
              fault={faults.username}
            />
            <Field
              name="password"
              type="password"
              label={password}
              hint={passwordHint}
              autoComplete="new-password"
              required
              fault={faults.password}
            />
          </>
        )}
      </Form>
      <p class="ask">
        {have} <Link href="/sign-in">{words.nav.signIn}</Link>
      </p>
    </Page>
  );
}
