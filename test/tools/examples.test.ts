// Compares the examples of the document with the answers of a seeded Ledge, of whatever scale.
import { execFile } from 'node:child_process';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../tools/postgres/free-port.ts';
import { type DevServer, ROOT, startDev, temporaryFolder } from '../support/dev-server.ts';
import { type Intercept, withProxy } from '../support/proxy.ts';
import { ledge } from './run-ledge.ts';

const { folder, remove } = temporaryFolder();
let dev: DevServer;

beforeAll(async () => {
  for (const command of ['migrations up', 'seed --scale 10'])
    await ledge(command.split(' '), { env: { DATA_DIR: folder } });
  dev = await startDev(folder, await freePort());
});

afterAll(async () => {
  await dev?.stop();
  remove();
});

const runExamples = (url = dev.url, ...flags: string[]) =>
  new Promise<{ code: unknown; stdout: string; stderr: string }>((resolve) => {
    const program = [path.join(ROOT, 'tools/check/examples.ts'), url, ...flags];
    execFile(process.execPath, program, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, stdout, stderr }),
    );
  });

interface Answer {
  content?: Record<string, { example?: unknown }>;
}

interface Document {
  paths: Record<string, Record<string, { responses: Record<string, Answer> }>>;
}

/** The document with some wrong examples. */
async function documentWith(changes: [call: string, field: string, value: unknown][]): Promise<Document> {
  const document = (await (await fetch(`${dev.url}/openapi.json`)).json()) as Document;
  for (const [call, field, value] of changes) {
    const [method = '', route = ''] = call.toLowerCase().split(' ');
    const good = Object.entries(document.paths[route]?.[method]?.responses ?? {}).find(
      ([status]) => status < '3',
    );
    Object.assign(good?.[1].content?.['application/json']?.example as object, { [field]: value });
  }
  return document;
}

async function exampleOf(route: string): Promise<unknown> {
  const { paths } = (await (await fetch(`${dev.url}/openapi.json`)).json()) as {
    paths: Record<string, { get: { responses: Record<string, Answer> } }>;
  };
  return paths[route]?.get.responses[200]?.content?.['application/json']?.example;
}

describe('the examples of the document', () => {
  it.each([
    ['/posts/{id}', '/posts/1'],
    ['/posts/{id}/thread', '/posts/1/thread'],
    ['/users/{user}', '/users/aiko'],
    ['/users/me', '/users/me'],
    ['/posts', '/posts?search=night+train&author=mira'],
    ['/votes', '/votes?post_ids=1,2,3'],
    ['/users/me/notifications', '/users/me/notifications?kind=reply&order=asc'],
    ['/posts/bookmarks', '/posts/bookmarks?order=asc'],
  ])('of %s is the answer of a seeded Ledge', async (route, address) => {
    const signedIn = await fetch(`${dev.url}/auth/login`, {
      method: 'POST',
      body: new URLSearchParams({ username: 'mira', password: 'correct horse battery staple' }),
    });
    const { access_token } = (await signedIn.json()) as { access_token: string };
    const response = await fetch(dev.url + address, { headers: { Authorization: `Bearer ${access_token}` } });
    const withoutTimes = (answer: unknown) =>
      JSON.parse(
        JSON.stringify(answer, (key, value) =>
          ['at', 'created_at', 'published_at'].includes(key) && value !== null ? 'then' : value,
        ),
      );
    const answered = withoutTimes(await response.json());
    // The example shows only the first post beneath, and the first item of a list that has more.
    answered.descendants?.splice(1);
    if (answered.data?.length > 1 && 'page' in answered) {
      answered.data.splice(1);
      answered.page.next_cursor = null;
    }
    expect(answered).toEqual(withoutTimes(await exampleOf(route)));
  });
});

describe('npm run examples', () => {
  it('passes for all examples', async () => {
    const { code, stdout, stderr } = await runExamples(dev.url, '--mailbox', `cat '${folder}/dev.log'`);
    expect({ code, stderr }, stdout).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^(\d+) of \1 operations do what their examples say\.$/m);
    expect(stdout.match(/^. [45].*$/gm)).toBe(null);
  });

  it('refuses a server that is not freshly seeded', async () => {
    const { code, stderr } = await runExamples();
    expect(code).toBe(1);
    expect(stderr).toMatch(/^ledge: The person of the examples can't sign in \(401\)/);
  });

  it('finds all wrong examples of the answers of writes', async () => {
    for (const command of ['database reset --force', 'seed'])
      expect((await ledge(command.split(' '), { env: { DATA_DIR: folder } })).code).toBe(0);
    const changes: [string, string, unknown][] = [
      ['POST /users', 'username', 'mira'],
      ['POST /posts', 'votes', 7],
      ['POST /posts/{id}/replies', 'parent_id', null],
      ['PUT /posts/{id}', 'title', 'The night train to Narvik'],
      ['PATCH /posts/{id}', 'edited_at', null],
      ['PATCH /users/me', 'bio', 'Gardens on rooftops. Tomatoes mostly.'],
      ['PATCH /users/{user}', 'id', 1],
      ['POST /votes', 'dir', 0],
      ['PUT /votes/{post_id}', 'votes', 3],
      ['POST /auth/password/forgot', 'message', 'Perhaps.'],
    ];
    const document = JSON.stringify(await documentWith(changes));
    const intercept: Intercept = ({ url }, answer) => {
      if (url !== '/openapi.json') return false;
      answer.writeHead(200, { 'Content-Type': 'application/json' }).end(document);
      return true;
    };
    const { code, stdout } = await withProxy(dev.url, intercept, (url) => runExamples(url));
    expect(code).toBe(1);
    // Without a mailbox, the codes are those of the examples, which are wrong.
    expect(stdout.match(/^. [45].*$/gm)).toEqual([
      expect.stringMatching('400 POST /auth/password/reset +code_invalid$'),
      expect.stringMatching('400 POST /auth/email/verify +code_invalid$'),
    ]);
    const found = [...stdout.matchAll(/^✗ 20\d (\w+ \S+) +(\w+) is [^;\n]+$/gm)];
    expect(found.map(([, call, field]) => `${call} ${field}`).sort()).toEqual(
      changes.map(([call, field]) => `${call} ${field}`).sort(),
    );
  });
});
