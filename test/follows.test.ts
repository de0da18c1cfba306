import { describe, expect, it } from 'vitest';
import { api } from './support/api';
import { signUp, write } from './support/people';

describe('PUT and DELETE /users/{user}/follow', () => {
  it('follow and unfollow by id and by name, and can be repeated', async () => {
    const [ada, bob] = [await signUp('ada'), await signUp('bob')];

    for (const ref of [bob.id, bob.username, bob.username.toUpperCase()]) {
      const followed = await api(`PUT /users/${ref}/follow`, { token: ada.token });
      expect(followed.status).toBe(204);
    }

    const seen = await api(`GET /users/${bob.username}`, { token: ada.token });
    expect(seen.status).toBe(200);
    expect(seen.body).toMatchObject({
      followers: 1,
      following: 0,
      viewer: { following: true, followed_by: false, blocking: false, muting: false },
    });
    const back = await api(`GET /users/${ada.id}`, { token: bob.token });
    expect(back.body).toMatchObject({
      followers: 0,
      following: 1,
      viewer: { following: false, followed_by: true, blocking: false, muting: false },
    });

    for (let i = 0; i < 2; i += 1) {
      expect((await api(`DELETE /users/${bob.id}/follow`, { token: ada.token })).status).toBe(204);
    }
    expect((await api(`GET /users/${bob.id}`)).body).toMatchObject({ followers: 0, viewer: null });
  });

  it('answer 422 for the caller, and 404 for an unknown user', async () => {
    const ada = await signUp('ada');

    for (const method of ['PUT', 'DELETE']) {
      const self = await api(`${method} /users/${ada.username}/follow`, { token: ada.token });
      expect(self.status).toBe(422);
      expect(self.body.code).toBe('cannot_follow_self');
      const nobody = await api(`${method} /users/nobody_at_all/follow`, { token: ada.token });
      expect(nobody.status).toBe(404);
      expect(nobody.body.code).toBe('user_not_found');
    }
    expect((await api(`GET /users/${ada.id}`)).body).toMatchObject({ followers: 0, following: 0 });
  });
});

describe('GET /users/{user}/followers and /following', () => {
  it('list users by the latest follow, with the counter as total', async () => {
    const [ada, bob, eve] = [await signUp('ada'), await signUp('bob'), await signUp('eve')];
    await api(`PUT /users/${ada.id}/follow`, { token: bob.token });
    await api(`PUT /users/${ada.id}/follow`, { token: eve.token });
    await api(`PUT /users/${bob.id}/follow`, { token: eve.token });

    const followers = await api(`GET /users/${ada.username}/followers?total=true`, { token: bob.token });
    expect(followers.status).toBe(200);
    expect(followers.body.data.map((user: { id: number }) => user.id)).toEqual([eve.id, bob.id]);
    expect(followers.body.page.total).toBe(2);
    expect(followers.body.data[0].viewer).toMatchObject({ following: false, followed_by: true });

    const following = await api(`GET /users/${eve.id}/following?total=true&order=asc`);
    expect(following.body.data.map((user: { id: number }) => user.id)).toEqual([ada.id, bob.id]);
    expect(following.body.page.total).toBe(2);
  });

  it('answer 404 for an unknown user', async () => {
    for (const side of ['followers', 'following', 'posts', 'votes']) {
      for (const ref of ['nobody_at_all', '9007199254740991']) {
        const answer = await api(`GET /users/${ref}/${side}`);
        expect(answer.status).toBe(404);
        expect(answer.body.code).toBe('user_not_found');
      }
    }
  });
});

describe('GET /posts/timeline', () => {
  it('lists the posts of the users whom the caller follows, newest first', async () => {
    const [ada, bob, eve, me] = [
      await signUp('ada'),
      await signUp('bob'),
      await signUp('eve'),
      await signUp('me'),
    ];
    await api(`PUT /users/${ada.id}/follow`, { token: me.token });
    await api(`PUT /users/${bob.id}/follow`, { token: me.token });
    const first = await write(ada);
    const second = await write(bob);
    const third = await write(ada);
    await write(eve);
    await write(bob, { published: false });
    const reply = await write(bob, { parent_id: first.id });
    const mine = await write(me);
    const ids = async (query = '') =>
      (await api(`GET /posts/timeline${query}`, { token: me.token })).body.data.map(
        (post: { id: number }) => post.id,
      );

    expect(await ids()).toEqual([third.id, second.id, first.id]);
    expect(await ids('?replies=include')).toEqual([reply.id, third.id, second.id, first.id]);
    expect(await ids('?replies=only')).toEqual([reply.id]);
    expect(await ids('?include_self=true&order=asc')).toEqual([first.id, second.id, third.id, mine.id]);
    expect(await ids('?limit=1&skip=1')).toEqual([second.id]);
  });
});
