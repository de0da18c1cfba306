import { describe, expect, it } from 'vitest';
import { api } from '../support/api';
import { countOutcomes } from '../support/count-outcomes';
import { type Person, signUp, signUpAdmin, signUpMany, write } from '../support/people';
import { sql } from '../support/sql';

const report = ({ token }: Person, path: string) =>
  api(`POST ${path}/reports`, { token, json: { reason: 'spam' } });

describe('20 reports by one person at once', () => {
  it('of one thing are one report', async () => {
    const [reporter, reported] = (await signUpMany(2)) as [Person, Person];
    const post = await write(reported);

    for (const path of [`/posts/${post.id}`, `/users/${reported.id}`]) {
      const answers = await Promise.all(Array.from({ length: 20 }, () => report(reporter, path)));
      expect(countOutcomes(answers)).toEqual({ 201: 1, already_reported: 19 });
    }
    const rows = await sql`SELECT FROM reports WHERE reporter_id = ${reporter.id}`;
    expect(rows).toHaveLength(2);
  });
});

describe('reports of a post while an admin deletes it', () => {
  it('are resolved, or come too late', async () => {
    for (let round = 0; round < 5; round += 1) {
      const [author, ...reporters] = (await signUpMany(9)) as [Person, ...Person[]];
      const admin = await signUpAdmin();
      const post = await write(author);

      const [deletion, ...answers] = await Promise.all([
        api(`DELETE /posts/${post.id}?reason=spam`, { token: admin.token }),
        ...reporters.map((reporter) => report(reporter, `/posts/${post.id}`)),
      ]);

      expect(deletion.status).toBe(204);
      const { 201: made = 0, post_not_found: late = 0 } = countOutcomes(answers);
      expect(made + late).toBe(8);
      const rows = await sql`SELECT open FROM reports WHERE post_id = ${post.id}`;
      expect(rows.map(({ open }) => open)).toEqual(Array(made).fill(false));
    }
  });
});

describe('reports of two people while an admin deletes one, and reporters delete themselves', () => {
  it('leave no open report of the deleted account, and one entry of the audit', async () => {
    for (let round = 0; round < 5; round += 1) {
      const [author, other, ...reporters] = (await signUpMany(8)) as [Person, Person, ...Person[]];
      const admin = await signUpAdmin();
      const posts = [await write(author), await write(other), await write(author)];
      for (const reporter of reporters) {
        // In another order each, so that locks would cross.
        const things = [...posts.map(({ id }) => `/posts/${id}`), `/users/${author.id}`];
        for (const path of reporter.id % 2 ? things : things.toReversed()) await report(reporter, path);
      }
      const late = await signUp();

      const answers = await Promise.all([
        api(`DELETE /users/${author.id}`, { token: admin.token }),
        api(`DELETE /posts/${posts[1].id}`, { token: admin.token }),
        ...reporters
          .slice(0, 3)
          .map(({ token, password }) =>
            api('DELETE /users/me', { token, json: { current_password: password } }),
          ),
        report(late, `/users/${author.id}`),
        report(late, `/posts/${posts[0].id}`),
      ]);

      expect(answers.slice(0, 5).map(({ status }) => status)).toEqual([204, 204, 204, 204, 204]);
      for (const { status } of answers.slice(5)) expect([201, 404]).toContain(status);
      const open = await sql`SELECT FROM reports WHERE open AND user_id IN (${author.id}, ${other.id})`;
      expect(open).toEqual([]);
      const entries = await sql`SELECT action FROM audit_entries
        WHERE user_id IN (${author.id}, ${other.id}) ORDER BY action`;
      expect(entries.map(({ action }) => action)).toEqual(['post_deleted', 'user_deleted']);
    }
  });
});

describe('10 admins who resolve one report at once', () => {
  it('are one entry of the audit', async () => {
    const [reporter, reported] = (await signUpMany(2)) as [Person, Person];
    const admins = await Promise.all(Array.from({ length: 10 }, signUpAdmin));
    const { body } = await report(reporter, `/users/${reported.id}`);

    const answers = await Promise.all(
      admins.map(({ token }) =>
        api(`PATCH /posts/reports/${body.id}`, { token, json: { status: 'resolved' } }),
      ),
    );

    expect(countOutcomes(answers)).toEqual({ 200: 10 });
    const entries =
      await sql`SELECT admin_id::integer AS admin FROM audit_entries WHERE report_id = ${body.id}`;
    expect(entries).toHaveLength(1);
    expect(new Set(answers.map((answer) => answer.body.resolved_by.id))).toEqual(
      new Set([entries[0]?.admin]),
    );
  });
});
