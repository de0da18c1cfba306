// The commands that moderate: reports, and what they leave in the audit.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { migrateUp } from '../../tools/postgres/migrations.ts';
import { type Databases, openFastest } from './databases.ts';
import { ledge, type Outcome } from './run-ledge.ts';

let databases: Databases;
let url: string;
beforeAll(async () => {
  databases = await openFastest();
});
afterAll(() => databases.remove());

/** Runs SQL while no command uses the database. */
async function runSql(text: string) {
  const backend = await databases.open(url);
  try {
    return (await backend.query({ text })).rows;
  } finally {
    await backend.close();
  }
}

const run = (...args: string[]) => ledge(args, { url });

const json = ({ code, stdout, stderr }: Outcome) => {
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
};

const AUDIT = `SELECT json_agg(json_build_array(action, admin_id, user_id, post_id, report_id, reason) ORDER BY id)
  FROM audit_entries`;
const readAudit = async () => JSON.parse((await runSql(AUDIT))[0]?.[0] ?? 'null');

beforeEach(async () => {
  url = await databases.create();
  const backend = await databases.open(url);
  await migrateUp(backend);
  await backend.close();
  await runSql(`INSERT INTO users (email, username, password_hash, role)
    VALUES ('a@b.c', 'ada', '', 'admin'), ('g@b.c', 'grace', '', 'user'), ('m@b.c', 'mira', '', 'user')`);
  await runSql(`INSERT INTO posts (owner_id, content, published_at) VALUES (2, 'Buy this!', now())`);
  await runSql(`INSERT INTO reports (reporter_id, post_id, user_id, reason, comment, created_at, open, resolved_at, note)
    VALUES (3, 1, 2, 'spam', E'a\\x1b[31m b', '2026-11-01Z', true, NULL, NULL),
      (3, NULL, 2, 'abuse', NULL, '2026-11-02Z', true, NULL, NULL),
      (3, NULL, 1, 'other', 'Old.', '2026-11-03Z', false, now(), 'Done.')`);
});

describe('ledge reports list', () => {
  it('lists the open ones first, newest first within', async () => {
    const reports = json(await run('reports', 'list', '--json'));

    expect(reports.map(({ id }: { id: number }) => id)).toEqual([2, 1, 3]);
    expect(reports[1]).toEqual({
      id: 1,
      status: 'open',
      reason: 'spam',
      post: 1,
      user_id: 2,
      user: 'grace',
      reporter: 'mira',
      comment: 'a\u001b[31m b',
      note: null,
      since: '2026-11-01',
    });
    const { stdout } = await run('reports', 'list');
    expect(stdout).toContain('a\ufffd[31m b');
    expect(stdout.split('\n')[0]).toMatch(/^.*id +status +reason +post +user_id +user +reporter +comment/);
  });

  it('lists those of one status, and says if there are more', async () => {
    const ids = async (...args: string[]) =>
      JSON.parse((await run('reports', 'list', '--json', ...args)).stdout).map(
        ({ id }: { id: number }) => id,
      );

    expect(await ids('--status', 'open')).toEqual([2, 1]);
    expect(await ids('--status', 'resolved')).toEqual([3]);
    expect(await ids('--limit', '2')).toEqual([2, 1]);
    expect(await ids('--limit', '2', '--all')).toEqual([2, 1, 3]);
    expect((await run('reports', 'list', '--limit', '1')).stderr).toContain(
      'These are the first 1, and there are more: --limit 2, or --all.',
    );
    await runSql('DELETE FROM reports');
    expect((await run('reports', 'list')).stdout).toBe('There are no reports.\n');
  });
});

describe('ledge reports resolve', () => {
  it('resolves a report once', async () => {
    expect(await run('reports', 'resolve', '1', '--note', ' Not spam. ')).toMatchObject({
      code: 0,
      stdout: 'Resolved report 1.\n',
    });
    expect((await run('reports', 'resolve', '1')).stdout).toBe('Report 1 was resolved already.\n');
    expect((await run('reports', 'resolve', '1', '--note', 'Spam.')).stdout).toBe(
      'Report 1 was resolved already, and has the new note now.\n',
    );
    expect(json(await run('reports', 'resolve', '1', '--note', '', '--json'))).toMatchObject({
      id: 1,
      status: 'resolved',
      note: 'Spam.',
    });
    expect(await readAudit()).toEqual([['report_resolved', null, 2, 1, 1, 'Not spam.']]);
    expect(await runSql('SELECT resolved_by FROM reports WHERE id = 1 AND resolved_at IS NOT NULL')).toEqual([
      [null],
    ]);
  });

  it('says that there is none', async () => {
    expect(await run('reports', 'resolve', '4711')).toMatchObject({
      code: 1,
      stderr: 'ledge: There is no report 4711.\n',
    });
    expect(await readAudit()).toBeNull();
  });
});

describe('what the command line deletes', () => {
  it('is in the audit, and its reports are resolved', async () => {
    const deletion = await run('posts', 'delete', '1', '--force', '--reason', 'It is spam.');
    expect(deletion).toMatchObject({ code: 0, stdout: 'Deleted post 1.\n' });
    expect(json(await run('reports', 'list', '--json'))).toMatchObject([
      { id: 2, status: 'open' },
      { id: 3 },
      { id: 1, status: 'resolved', post: 1, note: 'It is spam.' },
    ]);

    expect((await run('users', 'delete', 'grace', '--force')).code).toBe(0);
    expect(json(await run('reports', 'list', '--status', 'open', '--json'))).toEqual([]);
    await run('users', 'promote', 'mira');
    await run('users', 'promote', 'mira');
    await run('users', 'demote', 'mira');
    expect(await readAudit()).toEqual([
      ['post_deleted', null, 2, 1, null, 'It is spam.'],
      ['user_deleted', null, 2, null, null, null],
      ['user_promoted', null, 3, null, null, null],
      ['user_demoted', null, 3, null, null, null],
    ]);
  });
});
