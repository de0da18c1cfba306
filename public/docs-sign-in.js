// Signs in on the page of Swagger UI: with a name and a password, or with a token. In place of its own dialog, which asks for
// scopes and a client that this API does not have.

/** The name of the security scheme in the document. */
const SCHEME = 'bearer';
/** For this tab and as long as it is open. Neither a password nor a refresh token is stored. */
const KEY = 'ledge.docs.token';

/** What went wrong, in a sentence for people; undefined if nothing did. */
async function faultOf(response) {
  if (response.ok) return undefined;
  const { detail, errors = [] } = await response.json().catch(() => ({}));
  const faults = errors.map(({ path, message }) => `${path} ${message}`);
  return faults.length > 0 ? `${faults.join('; ')}.` : (detail ?? `The server answered ${response.status}.`);
}

/** Uses an access token for all operations once it has proved good; resolves to what is wrong with it. */
async function useToken({ authActions, specSelectors }, token, isOwn) {
  const response = await fetch('/users/me', { headers: { Authorization: `Bearer ${token}` } });
  const fault = await faultOf(response);
  if (fault) return fault;
  const { username } = await response.json();
  const schema = specSelectors.securityDefinitions().get(SCHEME);
  authActions.authorizeOauth2({
    auth: { name: SCHEME, schema },
    token: { access_token: token, token_type: 'bearer', username, isOwn },
  });
  sessionStorage.setItem(KEY, JSON.stringify({ token, isOwn }));
  return undefined;
}

/** Without the cookie of the web client, whose session is another one. */
const OWN = { method: 'POST', credentials: 'omit' };

async function signIn(system, { username, password }) {
  const response = await fetch('/auth/login', {
    ...OWN,
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ username, password }),
  });
  const fault = await faultOf(response);
  return fault ?? useToken(system, (await response.json()).access_token, true);
}

/** Ends the session, if this page began it, and forgets the token. */
async function signOut({ authActions, authSelectors }) {
  const { access_token, isOwn } = tokenOf(authSelectors) ?? {};
  sessionStorage.removeItem(KEY);
  authActions.logout([SCHEME]);
  if (isOwn) await fetch('/auth/logout', { ...OWN, headers: { Authorization: `Bearer ${access_token}` } });
}

/** Signs in again after a reload, unless the session has ended. */
export async function restoreSignIn(system) {
  const { token, isOwn } = JSON.parse(sessionStorage.getItem(KEY) ?? '{}');
  if (token && (await useToken(system, token, isOwn))) sessionStorage.removeItem(KEY);
}

const tokenOf = (authSelectors) => authSelectors.authorized().getIn([SCHEME, 'token'])?.toJS();

const LOCKS = {
  needed: {
    label: 'Needs a token: sign in',
    path: 'M5 7V5a3 3 0 0 1 6 0v2h1a1 1 0 0 1 1 1v6H3V8a1 1 0 0 1 1-1zm1.6 0h2.8V5a1.4 1.4 0 0 0-2.8 0z',
  },
  optional: {
    label: 'A token is optional: sign in',
    path: 'M5 7V5a3 3 0 0 1 5.9-.8l-1.5.5A1.4 1.4 0 0 0 6.6 5v2H12a1 1 0 0 1 1 1v6H3V8a1 1 0 0 1 1-1zm-.4 1.600V12.400h6.800V8.600z',
  },
  sent: {
    label: 'Your token is sent',
    path: 'M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1zm-1 10 5-5-1.200-1.200L7 8.600 5.200 6.800 4 8z',
  },
};

export const signInPlugin = ({ React }) => {
  const { createElement: h, useEffect, useRef, useState } = React;

  const icon = (path) =>
    h('svg', { viewBox: '0 0 16 16', width: 16, height: 16, 'aria-hidden': true }, h('path', { d: path }));

  /** A form that shows what went wrong, and takes no second try before the first is answered. */
  function Form({ action, send, children }) {
    const [{ fault, isBusy }, setState] = useState({});
    const submit = async (event) => {
      event.preventDefault();
      const values = Object.fromEntries(new FormData(event.currentTarget));
      setState({ isBusy: true });
      const found = await send(values).catch(() => 'The server did not answer. Is it running?');
      setState({ fault: found });
    };
    return h(
      'form',
      { onSubmit: submit },
      children,
      h('p', { role: 'alert', className: 'ledge-fault' }, fault),
      h('button', { className: 'ledge-button', type: 'submit', disabled: isBusy }, action),
    );
  }

  const field = (label, attributes) =>
    h(
      'label',
      { className: 'ledge-field' },
      h('span', null, label),
      h('input', { required: true, ...attributes }),
    );

  function SignInForms({ system }) {
    return h(
      React.Fragment,
      null,
      h(
        Form,
        { action: 'Sign in', send: (values) => signIn(system, values) },
        field('Username or email', {
          name: 'username',
          autoComplete: 'username',
          autoCapitalize: 'none',
          autoFocus: true,
        }),
        field('Password', { name: 'password', type: 'password', autoComplete: 'current-password' }),
      ),
      h(
        'details',
        null,
        h('summary', null, 'Use an access token instead'),
        h(
          Form,
          {
            action: 'Use this token',
            send: ({ token }) => useToken(system, token.trim().replace(/^bearer\s+/i, ''), false),
          },
          field('Access token', { name: 'token', autoComplete: 'off', spellCheck: false }),
        ),
      ),
    );
  }

  function Dialog({ system, username }) {
    const dialog = useRef(null);
    useEffect(() => dialog.current.showModal(), []);
    const close = () => system.authActions.showDefinitions(false);
    return h(
      'dialog',
      { ref: dialog, className: 'ledge-dialog', 'aria-labelledby': 'sign-in-title', onClose: close },
      h('h2', { id: 'sign-in-title' }, username ? `Signed in as @${username}` : 'Sign in'),
      username
        ? h(
            React.Fragment,
            null,
            h('p', null, 'Your access token is sent with each request. It is valid for 30 minutes.'),
            h('button', { className: 'ledge-button', type: 'button', onClick: close }, 'Done'),
            h(
              'button',
              { className: 'ledge-button quiet', type: 'button', onClick: () => signOut(system) },
              'Sign out',
            ),
          )
        : h(SignInForms, { system }),
      h('button', { className: 'ledge-close', type: 'button', 'aria-label': 'Close', onClick: close }, '×'),
    );
  }

  function SignIn(system) {
    const { authActions, authSelectors } = system;
    const username = tokenOf(authSelectors)?.username;
    const open = () => authActions.showDefinitions(authSelectors.definitionsToAuthorize());
    return h(
      'div',
      { className: 'ledge-sign-in' },
      h(
        'button',
        { className: 'ledge-button', type: 'button', onClick: open },
        username ? `@${username}` : 'Sign in',
      ),
      authSelectors.shownDefinitions() ? h(Dialog, { system, username }) : null,
    );
  }

  function Lock({ isAuthorized, onClick }) {
    const { label, path } = LOCKS[isAuthorized] ?? LOCKS.needed;
    return h(
      'button',
      { className: `ledge-lock ${isAuthorized}`, type: 'button', title: label, 'aria-label': label, onClick },
      icon(path),
    );
  }

  /** What the lock of an operation says: Swagger UI takes an optional token for one that is sent. */
  const isAuthorized =
    (_, { authSelectors }) =>
    (_state, security) => {
      if (authSelectors.authorized().has(SCHEME)) return 'sent';
      return security?.some((requirement) => requirement.isEmpty()) ? 'optional' : 'needed';
    };

  return {
    components: { AuthorizeBtnContainer: SignIn, authorizeOperationBtn: Lock },
    statePlugins: { auth: { wrapSelectors: { isAuthorized } } },
  };
};
