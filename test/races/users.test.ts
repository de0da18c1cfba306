import { describe, expect, it } from 'vitest';
import { api } from '../support/api';
import { countOutcomes } from '../support/count-outcomes';
import { PASSWORD, type Person, signUp, signUpMany, unusedName } from '../support/people';
import { sql } from '../support/sql';

describe('20 registrations at once', () => {
  it('with one email create one account', async () => {
    const email = `${unusedName()}@example.com`;
    const spellings = Array.from({ length: 20 }, (_, i) => (i % 2 ? email : email.toUpperCase()));

    const answers = await Promise.all(
      spellings.map((spelling) => api('POST /users', { json: { email: spelling, password: PASSWORD } })),
    );

    expect(countOutcomes(answers)).toEqual({ 201: 1, email_taken: 19 });
    const [row] =
      await sql`SELECT count(*)::integer AS people FROM users WHERE lower(email) = lower(${email})`;
    expect(row?.people).toBe(1);
  });

  it('with one username create one account', async () => {
    const username = unusedName();

    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        api('POST /users', { json: { email: `${unusedName()}@example.com`, username, password: PASSWORD } }),
      ),
    );

    expect(countOutcomes(answers)).toEqual({ 201: 1, username_taken: 19 });
  });
});

describe('a username that is given up while ten others want it', () => {
  const rename = ({ token }: Person, username: string) =>
    api('PATCH /users/me', { token, json: { username } });

  it('goes to none of them when its owner takes another', async () => {
    for (let round = 0; round < 5; round += 1) {
      const [owner, ...others] = (await signUpMany(11)) as [Person, ...Person[]];

      const answers = await Promise.all([
        rename(owner, unusedName()),
        ...others.map((other) => rename(other, owner.username.toUpperCase())),
      ]);

      expect(countOutcomes(answers)).toEqual({ 200: 1, username_taken: 10 });
      expect((await rename(owner, owner.username)).status).toBe(200);
    }
  });

  it('goes to none of them when its owner deletes the account', async () => {
    for (let round = 0; round < 5; round += 1) {
      const [owner, ...others] = (await signUpMany(11)) as [Person, ...Person[]];
      const json = { current_password: owner.password };

      const answers = await Promise.all([
        api('DELETE /users/me', { token: owner.token, json }),
        ...others.map((other) => rename(other, owner.username)),
      ]);

      expect(countOutcomes(answers)).toEqual({ 204: 1, username_taken: 10 });
    }
  });

  it("is its owner's when they change it back and forth meanwhile", async () => {
    const [owner, ...others] = (await signUpMany(6)) as [Person, ...Person[]];
    const second = unusedName();
    const backAndForth = async () => {
      const answers = [];
      for (const name of [second, owner.username, second, owner.username])
        answers.push(await rename(owner, name));
      return answers;
    };

    const [own, ...refused] = await Promise.all([
      backAndForth(),
      ...others.flatMap((other) => [rename(other, owner.username), rename(other, second)]),
    ]);

    // Whoever asks for the second name before its owner has had it may get it.
    const lost = refused.filter(({ status }) => status === 200).length;
    expect(lost).toBeLessThanOrEqual(1);
    expect(own.every(({ status }) => status === 200 || lost > 0)).toBe(true);
    expect((await api(`GET /users/${owner.username}`)).body.id).toBe(owner.id);
  });

  it('goes to one of twenty who register it once it rests no more', async () => {
    const owner = await signUp();
    await rename(owner, unusedName());
    await sql`UPDATE resting_usernames SET expires_at = now() WHERE former_owner = ${owner.id}`;
    const others = await signUpMany(20);

    const answers = await Promise.all(others.map((other) => rename(other, owner.username)));

    expect(countOutcomes(answers)).toEqual({ 200: 1, username_taken: 19 });
  });
});

describe('a user who is deleted while they post', () => {
  it('has no posts left', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { id, token } = await signUp();
      const json = { content: 'The last.', tags: ['last'] };

      const [, ...answers] = await Promise.all([
        sql`DELETE FROM users WHERE id = ${id}`,
        ...Array.from({ length: 25 }, () => api('POST /posts', { token, json })),
      ]);

      const { 201: written = 0, token_revoked: revoked = 0, ...other } = countOutcomes(answers);
      expect([other, written + revoked]).toEqual([{}, 25]);
      const [row] = await sql`SELECT count(*)::integer AS posts FROM posts WHERE owner_id = ${id}`;
      expect(row?.posts).toBe(0);
    }
  });
});
