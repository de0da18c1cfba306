import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../tools/postgres/free-port.ts';
import { type DevServer, ROOT, startDev, temporaryFolder } from '../support/dev-server.ts';
import { ledge } from './run-ledge.ts';

const README = readFileSync(path.join(ROOT, 'README.md'), 'utf8');
const { folder, remove } = temporaryFolder();
let server: DevServer;

beforeAll(async () => {
  server = await startDev(folder, await freePort());
});
afterAll(async () => {
  await server?.stop();
  remove();
});

const TOUR = /<!-- tour -->\n```sh\n([\s\S]+?)```/.exec(README)?.[1] ?? '';
/** The statuses that the tour means to show: an invalid post, and a token after signing out. */
const MEANT = ['422', '401'];

function runIn(shell: string, script: string, api: string) {
  const { status, stdout, stderr } = spawnSync(shell, ['-c', `set -euo pipefail\n${script}`], {
    encoding: 'utf8',
    env: { ...process.env, API: api, NO_COLOR: '1', FORCE_COLOR: undefined },
  });
  expect(status, stderr).toBe(0);
  return { stdout, stderr };
}

const runTour = (shell: string) => runIn(shell, TOUR, server.url).stdout;

const has = (program: string) => spawnSync(program, ['-c', 'true']).status === 0;

describe('the tour of the README', () => {
  it.each(['bash', 'zsh'])('reads well in %s, twice in a row', (shell) => {
    if (!has(shell)) return;
    const first = runTour(shell);
    const second = runTour(shell);
    expect(first).toContain('total: 1');
    for (const shown of [first, second]) {
      expect(shown).toContain("code: 'invalid_input'");
      const statuses = [...shown.matchAll(/^(?:GET|POST|PUT|PATCH|DELETE) \/\S+ → ([0-9]{3})$/gm)].map(
        ([, status]) => status ?? '',
      );
      expect(statuses.length).toBeGreaterThan(15);
      expect(statuses.filter((status) => status >= '400')).toEqual(MEANT);
      // Each answer stands for itself, in lines that a terminal can hold.
      expect(shown).not.toMatch(/[}\]][0-9{]/);
      for (const line of shown.split('\n')) expect(line.length).toBeLessThan(130);
      expect(shown.match(/^== .+$/gm)?.length).toBe(TOUR.match(/^step '/gm)?.length);
    }
  });

  it.each(['bash', 'zsh'])(
    'prints the call that sets a new password with the mailed code, in %s',
    async (shell) => {
      if (!has(shell)) return;
      const shown = runTour(shell);
      const [printed = ''] = /^curl [\s\S]+?}'$/m.exec(shown) ?? [];
      const email = /"email": "([^"]+)"/.exec(printed)?.[1] ?? '';
      const box = new RegExp(`Mail to ${email} +│\\n│ Reset your password[^╰]*?│ {5}(\\w{8}) `);
      const code = () => box.exec(server.output())?.[1];
      await expect.poll(code, { timeout: 10_000 }).toBeDefined();
      expect(runIn(shell, printed.replace('CODE', code() ?? ''), '').stdout).toMatch(/^HTTP\/1.1 204/);
    },
  );

  it.each(['bash', 'zsh'])('says in one sentence that no server answers, in %s', async (shell) => {
    if (!has(shell)) return;
    const api = `http://127.0.0.1:${await freePort()}`;
    expect(runIn(shell, TOUR, api)).toEqual({
      stdout: `Nothing answers at ${api}. Start npm run dev, or set API.\n`,
      stderr: '',
    });
    // Without API, that of npm run dev.
    expect(TOUR).toMatch(/^API=\$\{API:-http:\/\/localhost:8787\}$/m);
  });

  it('has no comment, which an interactive zsh would try to run', () => {
    expect(TOUR).toContain('curl');
    expect(TOUR).not.toMatch(/^\s*#/m);
    // zsh looks for files where a ? or * is not quoted.
    expect(TOUR.replace(/"[^"]*"|'[^']*'/g, '')).not.toMatch(/[?*]/);
  });

  it('goes with the seeded world, in either order', async () => {
    const seed = () => ledge(['seed'], { env: { DATA_DIR: folder } });
    expect(await seed()).toMatchObject({ code: 0, stderr: '' });
    expect(runTour('bash')).toContain("code: 'invalid_input'");
    expect((await seed()).stdout).toContain('nothing was added');
  });
});
