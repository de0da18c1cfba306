import { beforeAll, describe, expect, it } from 'vitest';
import { type Answer, api } from './support/api';
import { expectSlice, expectStablePages, expectWholeList } from './support/expect-pages';
import { createFixture } from './support/fixture';
import { type Person, promote, signUp, signUpAdmin, signUpMany, unusedName, write } from './support/people';
import { ROUTES } from './support/routes';
import { sql } from './support/sql';

/** A comment or a note that nobody else writes. */
const mark = (what: string) => `${what} ${unusedName()}`;

const reportPost = (person: Person, post: number, json: object = { reason: 'spam' }) =>
  api(`POST /posts/${post}/reports`, { token: person.token, json });
const reportUser = (person: Person, user: number | string, json: object = { reason: 'abuse' }) =>
  api(`POST /users/${user}/reports`, { token: person.token, json });

/** The report as this admin sees it; undefined if it is not listed. */
async function readReport({ token }: Person, id: number) {
  for (let path: string | null = '/posts/reports?limit=100'; path; ) {
    const { body }: Answer = await api(`GET ${path}`, { token });
    const found = body.data.find((report: { id: number }) => report.id === id);
    if (found) return found;
    path = body.page.next_cursor && `/posts/reports?limit=100&cursor=${body.page.next_cursor}`;
  }
}

async function newestEntries({ token }: Person, count = 1) {
  const { body } = await api(`GET /posts/reports/audit?limit=${count}`, { token });
  return body.data;
}

describe('POST /posts/{id}/reports', () => {
  it('tells the admins', async () => {
    const { me, them, theirs } = await createFixture();
    const admin = await signUpAdmin();
    const comment = mark('Look at this.');

    const { status, body, headers } = await reportPost(me, theirs, { reason: 'illegal', comment });

    expect(status).toBe(201);
    expect(headers.get('location')).toBeNull();
    const shown = {
      id: body.id,
      post_id: theirs,
      user_id: them.id,
      reason: 'illegal',
      comment,
      status: 'open',
      created_at: body.created_at,
      resolved_at: null,
    };
    expect(body).toEqual(shown);
    const person = ({ id, username }: Person) => ({ id, username, avatar_url: null });
    expect(await readReport(admin, body.id)).toMatchObject({
      ...shown,
      note: null,
      post: { id: theirs, content: 'A note.' },
      user: person(them),
      reporter: person(me),
      resolved_by: null,
    });
  });

  it.each([
    [{}, 'reason', 'required'],
    [{ reason: 'boring' }, 'reason', 'invalid_value'],
    [{ reason: 'spam', comment: 'x'.repeat(1_001) }, 'comment', 'too_long'],
    [{ reason: 'spam', comment: 'a\u0007b' }, 'comment', 'invalid_characters'],
    [{ reason: 'spam', comment: 12 }, 'comment', 'invalid_type'],
  ])('refuses %j', async (json, path, code) => {
    const { me, theirs } = await createFixture();

    const { status, body } = await reportPost(me, theirs, json);

    expect(status).toBe(422);
    expect(body.errors).toMatchObject([{ path, code }]);
  });

  it.each([[''], [' \n '], [null], [undefined]])('takes %j for no comment', async (comment) => {
    const { me, theirs } = await createFixture();

    const { status, body } = await reportPost(me, theirs, { reason: 'spam', comment });

    expect([status, body.comment]).toEqual([201, null]);
  });

  it('counts the longest comment in characters', async () => {
    const { me, theirs } = await createFixture();

    const { status } = await reportPost(me, theirs, { reason: 'spam', comment: '🦄'.repeat(1_000) });

    expect(status).toBe(201);
  });

  it('sets nothing that a client may not set', async () => {
    const { me, them, mine, theirs } = await createFixture();
    const forged = { id: 1, status: 'resolved', note: 'Mine.', reporter_id: them.id, post_id: mine };

    const { body } = await reportPost(me, theirs, { reason: 'spam', ...forged });

    expect(body).toMatchObject({ post_id: theirs, status: 'open' });
    expect(await readReport(await signUpAdmin(), body.id)).toMatchObject({
      note: null,
      reporter: { id: me.id },
    });
  });

  it('is once a person and post', async () => {
    const { me, theirs } = await createFixture();
    const [other, admin] = [await signUp(), await signUpAdmin()];
    const { body } = await reportPost(me, theirs);

    const again = await reportPost(me, theirs, { reason: 'other', comment: 'Once more.' });
    expect([again.status, again.body.code]).toEqual([409, 'already_reported']);
    expect((await reportPost(other, theirs)).status).toBe(201);

    const change = (status: string) =>
      api(`PATCH /posts/reports/${body.id}`, { token: admin.token, json: { status } });
    await change('resolved');
    expect((await reportPost(me, theirs)).status).toBe(409);
    await change('open');
    expect((await reportPost(me, theirs)).status).toBe(409);
  });

  it('is not for one’s own posts, drafts included', async () => {
    const { me, mine } = await createFixture();
    const draft = await write(me, { published: false });

    for (const id of [mine, draft.id]) {
      const { status, body } = await reportPost(me, id);
      expect([status, body.code]).toEqual([422, 'cannot_report_self']);
    }
  });

  it('is 404 for a post that the reporter cannot read', async () => {
    const { me, them, theirs } = await createFixture();
    const draft = await write(them, { published: false });
    await api(`DELETE /posts/${theirs}`, { token: them.token });

    for (const id of [draft.id, theirs, Number.MAX_SAFE_INTEGER]) {
      const { status, body } = await reportPost(me, id);
      expect([status, body.code]).toEqual([404, 'post_not_found']);
    }
  });

  it('takes a reply, too', async () => {
    const { me, them, mine } = await createFixture();
    const reply = await write(them, { parent_id: mine });

    expect((await reportPost(me, reply.id)).status).toBe(201);
  });
});

describe('POST /users/{user}/reports', () => {
  it('takes an id and a username for the same person', async () => {
    const { me, them } = await createFixture();

    const { status, body } = await reportUser(me, them.username);
    expect(status).toBe(201);
    expect(body).toMatchObject({ post_id: null, user_id: them.id, reason: 'abuse' });

    for (const name of [them.id, them.username, them.username.toUpperCase()]) {
      const again = await reportUser(me, name);
      expect([again.status, again.body.code]).toEqual([409, 'already_reported']);
    }
  });

  it('is another thing than their posts', async () => {
    const { me, them, theirs } = await createFixture();
    const second = await write(them);

    expect((await reportPost(me, theirs)).status).toBe(201);
    expect((await reportUser(me, them.id)).status).toBe(201);
    expect((await reportPost(me, second.id)).status).toBe(201);
  });

  it('is not for oneself, nor for nobody', async () => {
    const { me, unused } = await createFixture();

    expect((await reportUser(me, me.username)).body.code).toBe('cannot_report_self');
    expect((await reportUser(me, me.id)).status).toBe(422);
    expect((await reportUser(me, unused)).body.code).toBe('user_not_found');
    expect((await reportUser(me, 'me')).status).toBe(404);
  });

  it('is possible whoever blocks whom', async () => {
    const { me, them } = await createFixture();
    await sql`INSERT INTO blocks (user_id, other_id) VALUES (${me.id}, ${them.id}), (${them.id}, ${me.id})`;

    expect((await reportUser(me, them.id)).status).toBe(201);
    expect((await reportUser(them, me.id)).status).toBe(201);
  });
});

describe('a report', () => {
  it('is seen by nobody but admins, and changes nothing that others see', async () => {
    const [reporter, reported, stranger, admin] = (await signUpMany(4)) as [Person, Person, Person, Person];
    const post = await write(reported);
    const mine = await write(reporter);
    const fixture = { me: stranger, mine: mine.id, them: reported, theirs: post.id, unused: unusedName() };
    const reads = Object.entries(ROUTES).filter(([name]) => name.startsWith('GET '));
    const readers = [reported, stranger, undefined];
    const readAll = async () => {
      const texts: string[] = [];
      for (const [name, { call, access }] of reads) {
        const { path } = call(fixture);
        for (const reader of readers) {
          const answer = await api(`GET ${path}`, { token: reader?.token });
          if (access === 'admins') expect(answer.status, name).toBe(reader ? 403 : 401);
          if (answer.status < 400) texts.push(`${name} ${reader?.id} ${answer.text}`);
        }
      }
      return texts;
    };
    const before = await readAll();
    const [comment, note] = [mark('comment'), mark('note')];

    const { body: first } = await reportPost(reporter, post.id, { reason: 'other', comment });
    const { body: second } = await reportUser(reporter, reported.id, { reason: 'other', comment });
    await promote(admin);
    const json = { status: 'resolved', note };
    for (const { id } of [first, second]) {
      expect((await api(`PATCH /posts/reports/${id}`, { token: admin.token, json })).status).toBe(200);
    }

    const after = await readAll();
    expect(after).toEqual(before);
    expect(after.join()).not.toContain(comment);
    const { text, body } = await api('GET /users/me/export', { token: reporter.token });
    expect(body.reports).toEqual(
      [first, second].map((report) => ({
        ...report,
        status: 'resolved',
        resolved_at: expect.any(String),
      })),
    );
    expect(text).toContain(comment);
    expect(text).not.toContain(note);
  });

  it('about an admin is not shown to that admin, who cannot resolve it', async () => {
    const [reporter, reported, other] = [await signUp(), await signUpAdmin(), await signUpAdmin()];
    const post = await write(reported);
    const made = [await reportPost(reporter, post.id), await reportUser(reporter, reported.id)];
    const whole = await api('GET /posts/reports?total=true', { token: other.token });
    const theirs = await api('GET /posts/reports?total=true', { token: reported.token });

    expect(theirs.body.page.total).toBe(whole.body.page.total - 2);
    for (const { body } of made) {
      expect(await readReport(reported, body.id)).toBeUndefined();
      expect(await readReport(other, body.id)).toMatchObject({ reporter: { id: reporter.id } });
      const json = { status: 'resolved' };
      const refused = await api(`PATCH /posts/reports/${body.id}`, { token: reported.token, json });
      expect([refused.status, refused.body.code]).toEqual([404, 'report_not_found']);
    }
  });

  it('is not known to whoever is no admin', async () => {
    const { me, theirs } = await createFixture();
    const { body } = await reportPost(me, theirs);

    for (const id of [body.id, Number.MAX_SAFE_INTEGER]) {
      const refused = await api(`PATCH /posts/reports/${id}`, {
        token: me.token,
        json: { status: 'resolved' },
      });
      expect([refused.status, refused.body.code]).toEqual([403, 'admin_only']);
    }
  });

  it('goes with its reporter, and the audit stays', async () => {
    const [{ me, them, theirs }, admin] = [await createFixture(), await signUpAdmin()];
    const comment = mark('comment');
    const { body } = await reportPost(me, theirs, { reason: 'spam', comment });
    await api(`PATCH /posts/reports/${body.id}`, {
      token: admin.token,
      json: { status: 'resolved', note: 'No.' },
    });

    await api('DELETE /users/me', { token: me.token, json: { current_password: me.password } });

    expect(await sql`SELECT FROM reports WHERE id = ${body.id} OR comment = ${comment}`).toEqual([]);
    const entry = { action: 'report_resolved', report_id: body.id, post_id: theirs, user_id: them.id };
    expect(await newestEntries(admin)).toMatchObject([{ ...entry, reason: 'No.' }]);
    const gone = await api(`PATCH /posts/reports/${body.id}`, {
      token: admin.token,
      json: { status: 'open' },
    });
    expect([gone.status, gone.body.code]).toEqual([404, 'report_not_found']);
  });

  it('stays open when its author deletes the post or hides it, without any of its words', async () => {
    const [reporter, author, admin] = [await signUp(), await signUp(), await signUpAdmin()];
    const content = mark('words');
    const posts = [await write(author, { content }), await write(author, { content })];
    const made = [await reportPost(reporter, posts[0].id), await reportPost(reporter, posts[1].id)];
    await api(`DELETE /posts/${posts[0].id}`, { token: author.token });
    await api(`PATCH /posts/${posts[1].id}`, { token: author.token, json: { published: false } });

    for (const { body } of made) {
      const seen = await readReport(admin, body.id);
      expect(seen).toMatchObject({ status: 'open', post: null, user: { id: author.id } });
      expect(JSON.stringify(seen)).not.toContain(content);
    }
  });

  it('stays when the reported account deletes itself', async () => {
    const [{ me, them, theirs }, admin] = [await createFixture(), await signUpAdmin()];
    const made = [await reportUser(me, them.id), await reportPost(me, theirs)];

    await api('DELETE /users/me', { token: them.token, json: { current_password: them.password } });

    for (const { body } of made) {
      const seen = await readReport(admin, body.id);
      expect(seen).toMatchObject({ status: 'open', post: null, user: null, user_id: them.id });
      const json = { status: 'resolved', note: 'Gone.' };
      const { status } = await api(`PATCH /posts/reports/${body.id}`, { token: admin.token, json });
      expect(status).toBe(200);
    }
  });
});

describe('GET /posts/reports', () => {
  let admin: Person;
  let reporter: Person;
  beforeAll(async () => {
    [admin, reporter] = [await signUpAdmin(), await signUp()];
    const people = await signUpMany(15);
    for (const [i, { id }] of people.entries()) {
      const { body } = await reportUser(reporter, id);
      if (i % 3 === 0)
        await api(`PATCH /posts/reports/${body.id}`, { token: admin.token, json: { status: 'resolved' } });
    }
    // Some at the same moment.
    await sql`UPDATE reports SET created_at = date_trunc('second', created_at) WHERE reporter_id = ${reporter.id}`;
    ids = await listIds();
  });

  /** The order of the list, read from the table. Other tests make no reports meanwhile. */
  const listIds = async () =>
    (
      await sql`SELECT id::integer AS id, open FROM reports WHERE user_id <> ${admin.id}
        ORDER BY open DESC, created_at DESC, id DESC`
    ).map(({ id, open }) => ({ id: Number(id), open: Boolean(open) }));
  let ids: Awaited<ReturnType<typeof listIds>>;

  const expected = (status?: 'open' | 'resolved') =>
    ids.filter(({ open }) => status === undefined || open === (status === 'open')).map(({ id }) => id);

  it.each([1, 4, 100])('lists the open ones first, newest first within, by %i', async (limit) => {
    await expectWholeList({ path: '/posts/reports', token: admin.token, limit, expected: () => expected() });
  });

  it.each(['open', 'resolved'] as const)('lists those that are %s', async (status) => {
    const list = { path: `/posts/reports?status=${status}`, token: admin.token, limit: 3 };
    await expectWholeList({ ...list, expected: () => expected(status) });
    await expectWholeList({
      ...list,
      path: `${list.path}&order=asc`,
      expected: () => expected(status).reverse(),
    });
  });

  it('skips, and turns around', async () => {
    const list = { path: '/posts/reports', token: admin.token, limit: 4, expected: () => expected() };
    for (const skip of [0, 3, 9, 500]) await expectSlice(list, skip);
    await expectWholeList({
      ...list,
      path: '/posts/reports?order=asc',
      expected: () => expected().reverse(),
    });
  });

  it('misses none and repeats none while others report', async () => {
    const made: number[] = [];
    await expectStablePages({
      path: '/posts/reports?status=open',
      token: admin.token,
      limit: 4,
      expected: () => [...made.toReversed(), ...expected('open')],
      betweenPages: async () => {
        const { body } = await reportUser(await signUp(), reporter.id);
        made.push(body.id);
      },
    });
    ids = await listIds();
  });

  it.each(['?status=closed', '?limit=0', '?cursor=x', '?skip=1&cursor=x'])('refuses %s', async (query) => {
    const { status } = await api(`GET /posts/reports${query}`, { token: admin.token });
    expect(status).toBe(422);
  });

  it('refuses a cursor of another list', async () => {
    const { body } = await api('GET /posts/reports?limit=1', { token: admin.token });
    const { next_cursor } = body.page;
    for (const list of ['/posts/reports?status=open&', '/posts/reports/audit?', '/posts?']) {
      const { status } = await api(`GET ${list}cursor=${next_cursor}`, { token: admin.token });
      expect(status, list).toBe(422);
    }
  });
});

describe('PATCH /posts/reports/{id}', () => {
  const change = (admin: Person, id: number, json: object) =>
    api(`PATCH /posts/reports/${id}`, { token: admin.token, json });

  it('resolves a report and opens it again', async () => {
    const [{ me, them, theirs }, admin, other] = [
      await createFixture(),
      await signUpAdmin(),
      await signUpAdmin(),
    ];
    const { body: made } = await reportPost(me, theirs);

    const resolved = await change(admin, made.id, { status: 'resolved', note: 'Not spam.' });
    expect(resolved.status).toBe(200);
    expect(resolved.body).toMatchObject({
      id: made.id,
      status: 'resolved',
      note: 'Not spam.',
      resolved_at: expect.any(String),
      resolved_by: { id: admin.id, username: admin.username },
      post: { id: theirs },
      reporter: { id: me.id },
    });

    // Another admin changes the note, and nothing else.
    const noted = await change(other, made.id, { status: 'resolved', note: 'Still not spam.' });
    expect(noted.body).toEqual({ ...resolved.body, note: 'Still not spam.' });
    expect((await change(other, made.id, { status: 'resolved' })).body).toEqual(noted.body);

    const opened = await change(other, made.id, { status: 'open' });
    expect(opened.body).toMatchObject({ status: 'open', resolved_at: null, resolved_by: null });
    expect(opened.body.note).toBe('Still not spam.');
    expect((await change(other, made.id, { status: 'open', note: null })).body.note).toBeNull();

    const entry = { user_id: them.id, post_id: theirs, report_id: made.id };
    expect(await newestEntries(admin, 2)).toMatchObject([
      { ...entry, action: 'report_reopened', admin_id: other.id, reason: null },
      { ...entry, action: 'report_resolved', admin_id: admin.id, reason: 'Not spam.' },
    ]);
  });

  it.each([
    [{}, 'status'],
    [{ note: 'Only this.' }, 'status'],
    [{ status: 'closed' }, 'status'],
    [{ status: 'open', note: 'x'.repeat(1_001) }, 'note'],
  ])('refuses %j', async (json, path) => {
    const { status, body } = await change(await signUpAdmin(), 1, json);
    expect([status, body.errors[0].path]).toEqual([422, path]);
  });

  it('is 404 for a report that does not exist', async () => {
    const { status, body } = await change(await signUpAdmin(), Number.MAX_SAFE_INTEGER, { status: 'open' });
    expect([status, body.code]).toEqual([404, 'report_not_found']);
  });
});

describe('what an admin deletes', () => {
  it('is in the audit without its words, and its reports are resolved', async () => {
    const [reporter, author, admin] = [await signUp(), await signUp(), await signUpAdmin()];
    const content = mark('words');
    const post = await write(author, { content, title: content });
    const another = await write(author);
    const { body: report } = await reportPost(reporter, post.id);
    const { body: elsewhere } = await reportPost(reporter, another.id);
    const { body: personal } = await reportUser(reporter, author.id);

    const { status } = await api(`DELETE /posts/${post.id}?reason=${encodeURIComponent(' It is spam. ')}`, {
      token: admin.token,
    });

    expect(status).toBe(204);
    const entries = await newestEntries(admin);
    expect(entries).toEqual([
      {
        id: expect.any(Number),
        action: 'post_deleted',
        admin_id: admin.id,
        admin: { id: admin.id, username: admin.username, avatar_url: null },
        user_id: author.id,
        post_id: post.id,
        report_id: null,
        reason: 'It is spam.',
        created_at: expect.any(String),
      },
    ]);
    expect(await readReport(admin, report.id)).toMatchObject({
      status: 'resolved',
      note: 'It is spam.',
      resolved_by: { id: admin.id },
      post: null,
    });
    for (const { id } of [elsewhere, personal])
      expect(await readReport(admin, id)).toMatchObject({ status: 'open' });
    const kept = await sql`SELECT to_json(reports)::text AS text FROM reports
      UNION ALL SELECT to_json(audit_entries)::text FROM audit_entries`;
    expect(kept.filter(({ text }) => String(text).includes(content))).toEqual([]);
    // To note more about it afterwards is fine.
    const json = { status: 'resolved', note: 'Told them.' };
    const noted = await api(`PATCH /posts/reports/${report.id}`, { token: admin.token, json });
    expect([noted.status, noted.body.note]).toEqual([200, 'Told them.']);
  });

  it('can be an account with all that was reported of it', async () => {
    const [reporter, author, admin] = [await signUp(), await signUp(), await signUpAdmin()];
    const post = await write(author);
    const made = [await reportPost(reporter, post.id), await reportUser(reporter, author.username)];

    expect((await api(`DELETE /users/${author.username}?reason=spam`, { token: admin.token })).status).toBe(
      204,
    );

    expect(await newestEntries(admin)).toMatchObject([
      { action: 'user_deleted', admin_id: admin.id, user_id: author.id, post_id: null, reason: 'spam' },
    ]);
    for (const { body } of made)
      expect(await readReport(admin, body.id)).toMatchObject({
        status: 'resolved',
        note: 'spam',
        post: null,
        user: null,
        user_id: author.id,
      });
  });

  it('needs no reason, and keeps the note of its report', async () => {
    const [{ me, theirs }, admin] = [await createFixture(), await signUpAdmin()];
    const { body } = await reportPost(me, theirs);
    const json = { status: 'open', note: 'Looking into it.' };
    await api(`PATCH /posts/reports/${body.id}`, { token: admin.token, json });

    await api(`DELETE /posts/${theirs}?reason=`, { token: admin.token });

    expect(await newestEntries(admin)).toMatchObject([{ post_id: theirs, reason: null }]);
    expect(await readReport(admin, body.id)).toMatchObject({ status: 'resolved', note: 'Looking into it.' });
  });

  it.each(['x'.repeat(1_001), 'a\u0007b'])(
    'is not deleted for a reason that is no text: %#',
    async (reason) => {
      const [{ theirs, them }, admin] = [await createFixture(), await signUpAdmin()];

      for (const path of [`/posts/${theirs}`, `/users/${them.id}`]) {
        const { status, body } = await api(`DELETE ${path}?reason=${encodeURIComponent(reason)}`, {
          token: admin.token,
        });
        expect([status, body.errors[0].path]).toEqual([422, 'reason']);
      }
      expect((await api(`GET /posts/${theirs}`)).status).toBe(200);
    },
  );

  it('is an entry of the audit only if it is not theirs, and is deleted', async () => {
    const [admin, author] = [await signUpAdmin(), await signUp()];
    const own = await write(admin);
    const post = await write(author);
    const count = async () => {
      const [row] = await sql`SELECT count(*)::integer AS n FROM audit_entries`;
      return row?.n;
    };
    const before = await count();

    await api(`DELETE /posts/${own.id}?reason=mine`, { token: admin.token });
    await api(`DELETE /posts/${post.id}?reason=x`, { token: admin.token, headers: { 'If-Match': '"0"' } });
    await api(`DELETE /posts/${post.id}?reason=mine`, { token: author.token });
    await api(`DELETE /posts/${post.id}?reason=late`, { token: admin.token });
    await api(`DELETE /users/${admin.id}?reason=me`, { token: admin.token });

    expect(await count()).toBe(before);
  });
});

describe('GET /posts/reports/audit', () => {
  it('has changes of roles, once each', async () => {
    const [admin, person] = [await signUpAdmin(), await signUp()];
    const setRole = (role: string) =>
      api(`PATCH /users/${person.id}`, { token: admin.token, json: { role } });

    for (const role of ['admin', 'admin', 'user', 'user']) await setRole(role);

    const entry = { admin_id: admin.id, user_id: person.id, post_id: null, report_id: null, reason: null };
    expect(await newestEntries(admin, 2)).toMatchObject([
      { ...entry, action: 'user_demoted' },
      { ...entry, action: 'user_promoted' },
    ]);
  });

  it('does not tell an admin of reports about them', async () => {
    const [admin, reported, { me, theirs }] = [
      await signUpAdmin(),
      await signUpAdmin(),
      await createFixture(),
    ];
    const { body: report } = await reportUser(me, reported.id);
    const { body: other } = await reportPost(me, theirs);
    for (const { id } of [other, report])
      await api(`PATCH /posts/reports/${id}`, {
        token: admin.token,
        json: { status: 'resolved', note: mark('Nothing.') },
      });

    const idsFor = async (person: Person) =>
      (await newestEntries(person, 2)).map((entry: { report_id: number | null }) => entry.report_id);
    expect(await idsFor(admin)).toEqual([report.id, other.id]);
    expect((await idsFor(reported))[0]).toBe(other.id);
  });

  it('stays exact when the admin is deleted, and is in their export before', async () => {
    const [admin, other, { theirs, them }] = [
      await signUpAdmin(),
      await signUpAdmin(),
      await createFixture(),
    ];
    await api(`DELETE /posts/${theirs}?reason=spam`, { token: admin.token });
    const { body } = await api('GET /users/me/export', { token: admin.token });
    expect(body.moderation).toEqual([
      {
        action: 'post_deleted',
        user_id: them.id,
        post_id: theirs,
        report_id: null,
        reason: 'spam',
        created_at: expect.any(String),
      },
    ]);

    await api(`DELETE /users/${admin.id}`, { token: other.token });

    expect(await newestEntries(other, 2)).toMatchObject([
      { action: 'user_deleted', admin_id: other.id, user_id: admin.id },
      { action: 'post_deleted', admin_id: admin.id, admin: null, post_id: theirs, reason: 'spam' },
    ]);
  });

  it('pages as all lists do', async () => {
    const admin = await signUpAdmin();
    for (const { id } of await signUpMany(5))
      for (const role of ['admin', 'user'])
        await api(`PATCH /users/${id}`, { token: admin.token, json: { role } });
    const ids = (
      await sql`SELECT id::integer AS id FROM audit_entries ORDER BY created_at DESC, id DESC`
    ).map(({ id }) => Number(id));
    const list = { path: '/posts/reports/audit', token: admin.token, limit: 7 };

    await expectWholeList({ ...list, expected: () => ids });
    await expectWholeList({ ...list, path: `${list.path}?order=asc`, expected: () => ids.toReversed() });
    await expectSlice({ ...list, expected: () => ids }, 4);
  });
});

describe('the export', () => {
  it('has more reports than fit into one round trip', async () => {
    const { me, them } = await createFixture();
    await sql`INSERT INTO reports (reporter_id, post_id, user_id, reason, comment)
      SELECT ${me.id}, 900000000000 + n, ${them.id}, 'spam', repeat('🦄', 1000) FROM generate_series(1, 1001) AS n`;

    const { body } = await api('GET /users/me/export', { token: me.token, checks: { roundTrips: false } });

    expect(new Set(body.reports.map(({ id }: { id: number }) => id)).size).toBe(1001);
    await sql`DELETE FROM reports WHERE reporter_id = ${me.id}`;
  });
});
