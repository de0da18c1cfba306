import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../tools/postgres/free-port.ts';
import { type DevServer, ROOT, startDev, temporaryFolder } from '../support/dev-server.ts';

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

describe('the tour of the README', () => {
  it('runs without an error', () => {
    const tour = /<!-- tour -->\n```sh\n([\s\S]+?)```/.exec(README)?.[1] ?? '';
    expect(tour).toContain('curl');
    const script = `set -euo pipefail\n${tour.replace('http://localhost:8787', server.url)}`;
    const { status, stdout, stderr } = spawnSync('bash', ['-x', '-c', script], { encoding: 'utf8' });
    expect(status, stderr).toBe(0);
    expect(stdout).toContain('"total":1');
    expect(stdout).toContain('"code":"invalid_input"');
  });
});
