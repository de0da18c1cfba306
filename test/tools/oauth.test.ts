// Two client libraries of OAuth 2.0 against the API as `npm run dev` serves it, used as their documentation says.
import * as oauth from 'oauth4webapi';
import { ResourceOwnerPassword } from 'simple-oauth2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../tools/postgres/free-port.ts';
import { type DevServer, startDev, temporaryFolder } from '../support/dev-server.ts';

const PASSWORD = 'correct horse battery staple';
const { folder, remove } = temporaryFolder();
let dev: DevServer;
let people = 0;

beforeAll(async () => {
  dev = await startDev(folder, await freePort());
});

afterAll(async () => {
  await dev?.stop();
  remove();
});

async function register(): Promise<string> {
  people += 1;
  const username = `person_${people}`;
  const response = await fetch(`${dev.url}/users`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ email: `${username}@example.com`, username, password: PASSWORD }),
  });
  expect(response.status).toBe(201);
  return username;
}

async function nameOf(access_token: unknown): Promise<string> {
  const response = await fetch(`${dev.url}/users/me`, {
    headers: { Authorization: `Bearer ${access_token}` },
  });
  return ((await response.json()) as { username: string }).username;
}

describe('simple-oauth2', () => {
  const clientFor = (authorizationMethod: 'header' | 'body') =>
    new ResourceOwnerPassword({
      client: { id: 'app', secret: 'not used' },
      auth: { tokenHost: dev.url, tokenPath: '/auth/login', refreshPath: '/auth/refresh' },
      options: { authorizationMethod },
    });

  it.each(['header', 'body'] as const)('signs in and refreshes, with its client in the %s', async (place) => {
    const username = await register();
    const first = await clientFor(place).getToken({ username, password: PASSWORD });

    const second = await first.refresh();
    const third = await second.refresh();

    for (const { token } of [first, second, third]) expect(await nameOf(token.access_token)).toBe(username);
    expect(third.expired()).toBe(false);
    expect(third.token.refresh_token).not.toBe(second.token.refresh_token);
  });

  it('refreshes at the token endpoint where it is told of no other', async () => {
    const username = await register();
    const client = new ResourceOwnerPassword({
      client: { id: 'app', secret: 'not used' },
      auth: { tokenHost: dev.url, tokenPath: '/auth/login' },
    });

    const second = await (await client.getToken({ username, password: PASSWORD })).refresh();
    expect(await nameOf(second.token.access_token)).toBe(username);
  });

  it('is told why it gets no token', async () => {
    const username = await register();

    await expect(clientFor('body').getToken({ username, password: 'wrong password' })).rejects.toMatchObject({
      output: { statusCode: 401 },
      data: { payload: { error: 'invalid_grant', code: 'invalid_credentials' } },
    });
  });
});

describe('oauth4webapi', () => {
  const CLIENT = { client_id: 'app' };
  const server = () => ({ issuer: dev.url, token_endpoint: `${dev.url}/auth/login` });
  const insecure = { [oauth.allowInsecureRequests]: true };
  const METHODS: [string, oauth.ClientAuth][] = [
    ['no client authentication', oauth.None()],
    ['a secret in the header', oauth.ClientSecretBasic('not used')],
    ['a secret in the body', oauth.ClientSecretPost('not used')],
  ];
  const ask = (auth: oauth.ClientAuth, grant: string, fields: Record<string, string>) =>
    oauth.genericTokenEndpointRequest(server(), CLIENT, auth, grant, fields, insecure);

  it.each(METHODS)('signs in and refreshes with %s', async (_, auth) => {
    const username = await register();
    const signedIn = await ask(auth, 'password', { username, password: PASSWORD });
    const first = await oauth.processGenericTokenEndpointResponse(server(), CLIENT, signedIn);

    const response = await oauth.refreshTokenGrantRequest(
      server(),
      CLIENT,
      auth,
      first.refresh_token as string,
      insecure,
    );
    const second = await oauth.processRefreshTokenResponse(server(), CLIENT, response);

    expect([first.token_type, second.token_type]).toEqual(['bearer', 'bearer']);
    for (const { access_token } of [first, second]) expect(await nameOf(access_token)).toBe(username);
    expect(second.refresh_token).not.toBe(first.refresh_token);
  });

  it('is told which grant type is not supported', async () => {
    const response = await ask(oauth.None(), 'client_credentials', {});

    await expect(oauth.processGenericTokenEndpointResponse(server(), CLIENT, response)).rejects.toMatchObject(
      {
        code: oauth.RESPONSE_BODY_ERROR,
        status: 422,
        error: 'unsupported_grant_type',
      },
    );
  });

  it('is told that a refresh token is not valid', async () => {
    const response = await oauth.refreshTokenGrantRequest(server(), CLIENT, oauth.None(), 'none', insecure);
    const body = await response.clone().json();

    await expect(oauth.processRefreshTokenResponse(server(), CLIENT, response)).rejects.toMatchObject({
      code: oauth.WWW_AUTHENTICATE_CHALLENGE,
      status: 401,
      cause: [{ scheme: 'bearer', parameters: { error: 'invalid_token' } }],
    });
    expect(body).toMatchObject({ error: 'invalid_grant', code: 'token_invalid' });
  });
});
