import { exports } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { api } from './support/api';
import { compressingEdge, TAGGINGS } from './support/edge';
import { codeMailedTo } from './support/mail';
import { signIn, signUp, write } from './support/people';

describe('If-None-Match', () => {
  it('gets 304 for a post until the post changes', async () => {
    const [ada, bob] = [await signUp(), await signUp()];
    const { id } = await write(ada);
    const read = (headers: Record<string, string> = {}, token?: string) =>
      api(`GET /posts/${id}`, { token, headers });
    const etag = (await read()).headers.get('etag') as string;

    for (const tag of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const same = await read({ 'If-None-Match': tag });
      expect(same.status).toBe(304);
      expect(same.text).toBe('');
      expect(same.headers.get('etag')).toBe(etag);
    }
    for (const tag of ['"other"', 'nonsense', ''])
      expect((await read({ 'If-None-Match': tag })).status).toBe(200);
    expect((await read({ 'If-None-Match': etag }, bob.token)).status).toBe(200);
    await api(`PUT /votes/${id}`, { token: bob.token });
    expect((await read({ 'If-None-Match': etag })).status).toBe(200);
  });

  it('gets 304 for a profile until the profile changes', async () => {
    const [ada, bob] = [await signUp(), await signUp()];
    const read = (etag: string, token?: string) =>
      api(`GET /users/${ada.username}`, { token, headers: { 'If-None-Match': etag } });
    const anonymous = (await read('"x"')).headers.get('etag') as string;
    const viewed = (await read('"x"', bob.token)).headers.get('etag') as string;

    expect((await read(anonymous)).status).toBe(304);
    expect((await read(viewed, bob.token)).status).toBe(304);
    expect((await read(anonymous, bob.token)).status).toBe(200);
    await api(`PUT /users/${ada.id}/follow`, { token: bob.token });
    expect((await read(anonymous)).status).toBe(200);
    expect((await read(viewed, bob.token)).status).toBe(200);
  });

  it('does not show private changes of an account', async () => {
    const [ada, bob] = [await signUp(), await signUp()];
    const { id } = await write(ada);
    const tags = async () => {
      const paths = [`/users/${ada.id}`, `/posts/${id}`];
      const answers = paths.flatMap((path) => [api(`GET ${path}`), api(`GET ${path}`, { token: bob.token })]);
      return (await Promise.all(answers)).map(({ headers }) => headers.get('etag') as string);
    };
    const before = await tags();

    await api('POST /auth/email/verify/resend', { token: ada.token });
    const json = { code: await codeMailedTo(ada.email) };
    expect((await api('POST /auth/email/verify', { token: ada.token, json })).status).toBe(204);
    await api('POST /auth/password/forgot', { json: { email: ada.email } });
    const reset = {
      email: ada.email,
      code: await codeMailedTo(ada.email, 2),
      new_password: 'a newer battery staple',
    };
    expect((await api('POST /auth/password/reset', { json: reset })).status).toBe(204);
    expect(await tags()).toEqual(before);

    const { token } = await signIn(ada, reset.new_password);
    await api('PATCH /users/me', { token, json: { bio: 'Another.' } });
    const described = await tags();
    expect(described.map((tag, i) => tag === before[i])).toEqual([false, false, true, true]);
    await api('PATCH /users/me', { token, json: { avatar_url: 'https://example.com/a.png' } });
    expect((await tags()).filter((tag) => described.includes(tag))).toEqual([]);
  });

  it("gets 304 for the caller's account until it changes", async () => {
    const { token } = await signUp();
    const read = (etag: string) => api('GET /users/me', { token, headers: { 'If-None-Match': etag } });
    const etag = (await read('"x"')).headers.get('etag') as string;

    expect((await read(etag)).status).toBe(304);
    await api('PATCH /users/me', { token, json: { bio: 'Another.' } });
    expect((await read(etag)).status).toBe(200);
  });
});

describe('an answer that fails after its ETag is known', () => {
  it.each(['/posts/{id}', '/users/{user}', '/users/me', '/posts/feed.atom', '/users/{user}/feed.atom'])(
    'has none: GET %s',
    async (path) => {
      const { token, username } = await signUp();
      const { id } = await write({ token });
      const target = path.replace('{id}', String(id)).replace('{user}', username);
      const answer = await api(`GET ${target}`, { token, headers: { 'If-None-Match': 'x'.repeat(2_001) } });

      expect([answer.status, answer.headers.get('etag'), answer.headers.get('last-modified')]).toEqual([
        422,
        null,
        null,
      ]);
    },
  );
});

describe('If-Match', () => {
  it('lets one of two edits pass, and ignores votes', async () => {
    const [ada, bob] = [await signUp(), await signUp()];
    const { id } = await write(ada, { content: 'one' });
    const etag = (await api(`GET /posts/${id}`, { token: ada.token })).headers.get('etag') as string;
    await api(`PUT /votes/${id}`, { token: bob.token });
    const edit = (method: string, content: string, tag: string) =>
      api(`${method} /posts/${id}`, { token: ada.token, json: { content }, headers: { 'If-Match': tag } });

    const first = await edit('PATCH', 'two', etag);
    expect(first.status).toBe(200);
    for (const method of ['PUT', 'PATCH', 'DELETE']) {
      const second = await edit(method, 'three', etag);
      expect(second.status).toBe(412);
      expect(second.body.code).toBe('precondition_failed');
    }
    expect((await api(`GET /posts/${id}`)).body.content).toBe('two');
    expect((await edit('PATCH', 'x', `W/${etag}`)).status).toBe(412);
    for (const tag of ['nonsense', '"x"', ',', '""', '"'])
      expect((await edit('PATCH', 'x', tag)).status).toBe(412);
    expect((await edit('PUT', 'three', `"0", ${first.headers.get('etag')}`)).status).toBe(200);
    expect((await edit('PATCH', 'four', '*')).status).toBe(200);
    // An edge that compresses an answer weakens its tag (RFC 9110 §8.8.1): the version in it is the same.
    const weak = (await api(`GET /posts/${id}`, { token: ada.token })).headers.get('etag');
    expect((await edit('PATCH', 'four', `W/${weak}`)).status).toBe(200);
    const history = await api(`GET /posts/${id}/history`);
    expect(history.body.data.map((version: { content: string }) => version.content)).toEqual([
      'three',
      'two',
      'one',
    ]);
  });

  it("accepts the ETag of the caller's own profile for the account, and no ETag that others see", async () => {
    const [ada, bob] = [await signUp(), await signUp()];
    const tagFor = async (token?: string) =>
      (await api(`GET /users/${ada.username}`, { token })).headers.get('etag') as string;
    const edit = async (tag: string) =>
      (
        await api('PATCH /users/me', {
          token: ada.token,
          json: { bio: 'New.' },
          headers: { 'If-Match': tag },
        })
      ).status;

    expect(await edit(await tagFor(bob.token))).toBe(412);
    expect(await edit(await tagFor())).toBe(412);
    const own = await tagFor(ada.token);
    expect(await edit(own)).toBe(200);
    expect(await edit(own)).toBe(412);
  });

  it('is checked after 404 and 403', async () => {
    const [ada, bob] = [await signUp(), await signUp()];
    const { id } = await write(ada);
    const headers = { 'If-Match': '"0"' };

    expect((await api(`DELETE /posts/${id}`, { token: bob.token, headers })).status).toBe(403);
    expect((await api('DELETE /posts/9007199254740991', { token: bob.token, headers })).status).toBe(404);
  });
});

describe('behind an edge that compresses answers', () => {
  const EDGES = Object.entries(TAGGINGS).map(([name, retag]) => ({
    name,
    fetch: compressingEdge((request) => exports.default.fetch(request), retag),
  }));

  it.each(EDGES)('that $name, a post is read again and edited by the tag that came', async ({ fetch }) => {
    const [ada, bob] = [await signUp(), await signUp()];
    const { id } = await write(ada);
    const { token } = ada;
    const read = (headers: Record<string, string> = {}) => api(`GET /posts/${id}`, { token, headers, fetch });
    const edit = (method: string, tag: string) =>
      api(`${method} /posts/${id}`, {
        token,
        json: { content: 'New.' },
        headers: { 'If-Match': tag },
        fetch,
      });
    const etag = (await read()).headers.get('etag') as string;

    expect((await read({ 'If-None-Match': etag })).status).toBe(304);
    expect((await read({ 'If-None-Match': `"other-gzip", ${etag}` })).status).toBe(304);
    await api(`PUT /votes/${id}`, { token: bob.token });
    const voted = await read({ 'If-None-Match': etag });
    expect(voted.status).toBe(200);
    expect(voted.headers.get('vary')).toBe('Authorization, Origin, Accept-Encoding');
    const first = await edit('PATCH', `"0-gzip", ${etag}`);
    expect(first.status).toBe(200);
    expect((await edit('PUT', etag)).status).toBe(412);
    expect((await edit('DELETE', first.headers.get('etag') as string)).status).toBe(204);
  });

  it.each(EDGES)(
    'that $name, an account is read again and edited by the tag that came',
    async ({ fetch }) => {
      const { id, token } = await signUp();
      const edit = (tag: string, bio: string) =>
        api('PATCH /users/me', { token, json: { bio }, headers: { 'If-Match': tag }, fetch });
      for (const path of ['/users/me', `/users/${id}`]) {
        const etag = (await api(`GET ${path}`, { token, fetch })).headers.get('etag') as string;

        expect((await api(`GET ${path}`, { token, headers: { 'If-None-Match': etag }, fetch })).status).toBe(
          304,
        );
        expect((await edit(etag, `By ${path}.`)).status).toBe(200);
        expect((await edit(etag, 'Too late.')).status).toBe(412);
      }
    },
  );
});
