// NGINX in front of the server, with server/nginx.conf as it is but for the ports.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { freePort } from '../../tools/postgres/free-port.ts';
import { type HomeProcess, homeSettings, startHome } from '../support/node/process';
import { openScratchServer, type ScratchServer } from '../support/scratch';

const isInstalled = spawnSync('nginx', ['-v']).error === undefined;

describe.runIf(isInstalled)('the server behind NGINX', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'ledge-nginx-'));
  let scratch: ScratchServer;
  let home: HomeProcess;
  let nginx: ChildProcess;
  let url: string;

  beforeAll(async () => {
    scratch = await openScratchServer();
    home = await startHome({
      ...homeSettings(await scratch.create()),
      MIGRATE_ON_START: 'true',
      SIGN_INS_PER_MINUTE: '2',
      TRUSTED_PROXIES: '127.0.0.1',
    });
    const port = await freePort();
    const site = readFileSync('server/nginx.conf', 'utf8')
      .replace('server 127.0.0.1:8787;', `server ${new URL(home.url).host};`)
      .replace('listen 80;', `listen 127.0.0.1:${port};`);
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => {
      mkdirSync(path.join(folder, name));
      return `${name}_temp_path ${path.join(folder, name)};`;
    });
    writeFileSync(
      path.join(folder, 'nginx.conf'),
      `${process.getuid?.() === 0 ? 'user root; ' : ''}pid ${folder}/pid; daemon off; error_log stderr; events {}\nhttp { access_log off; ${temporary.join(' ')}\n${site}}`,
    );
    nginx = spawn('nginx', ['-p', folder, '-c', path.join(folder, 'nginx.conf')], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let errors = '';
    nginx.stderr?.setEncoding('utf8').on('data', (text: string) => {
      errors += text;
    });
    url = `http://127.0.0.1:${port}`;
    await vi.waitFor(
      async () => {
        if (nginx.exitCode !== null) throw new Error(`NGINX ended: ${errors}`);
        // A request that gets no answer is sent again.
        const { status } = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(5_000) });
        if (status !== 200) throw new Error(`NGINX answers ${status}: ${errors}`);
      },
      { timeout: 60_000 },
    );
  });

  afterAll(async () => {
    if (nginx?.kill('SIGTERM')) await once(nginx, 'exit');
    await home?.stop('SIGKILL');
    await scratch?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('answers as without it: status, headers, files', async () => {
    for (const path of [
      '/posts',
      '/posts/0',
      '/nothing',
      '/openapi.json',
      '/vendor/redoc/redoc.standalone.js',
    ]) {
      const [direct, behind] = await Promise.all([fetch(home.url + path), fetch(url + path)]);
      const headersOf = ({ headers }: Response) =>
        [...headers].filter(
          ([name]) =>
            !['connection', 'date', 'keep-alive', 'server', 'transfer-encoding', 'x-request-id'].includes(
              name,
            ),
        );
      expect(behind.status).toBe(direct.status);
      expect(headersOf(behind)).toEqual(headersOf(direct));
    }
  });

  it('counts limits by the address of the connection to NGINX, whatever a client says', async () => {
    const ask = async (forged: string) => {
      const answer = await fetch(`${url}/auth/password/forgot`, {
        method: 'POST',
        headers: {
          'Content-Type': 'application/json',
          'X-Forwarded-For': forged,
          'CF-Connecting-IP': forged,
        },
        body: JSON.stringify({ email: 'nobody@example.com' }),
      });
      return answer.status;
    };

    expect([await ask('203.0.113.1'), await ask('203.0.113.2'), await ask('203.0.113.3')]).toEqual([
      202, 202, 429,
    ]);
  });

  it('takes the address that browsers have for the own origin, and no other', async () => {
    const ask = async (address: string, headers: Record<string, string>) => {
      const answer = await fetch(`${address}/auth/refresh`, {
        method: 'POST',
        headers: { 'Ledge-Session': 'cookie', ...headers },
      });
      return ((await answer.json()) as { code: string }).code;
    };
    const secure = url.replace('http:', 'https:');

    expect(await ask(url, { Origin: url })).toBe('token_missing');
    expect(await ask(url, { Origin: secure })).toBe('cross_origin');
    expect(await ask(url, { Origin: home.url })).toBe('cross_origin');
    // NGINX says how it was reached, whatever a client says.
    expect(await ask(url, { Origin: secure, 'X-Forwarded-Proto': 'https' })).toBe('cross_origin');
    // This test is a proxy with TLS, whom the server trusts.
    expect(
      await ask(home.url, { Origin: home.url.replace('http:', 'https:'), 'X-Forwarded-Proto': 'https' }),
    ).toBe('token_missing');
    expect(await ask(home.url, { Origin: home.url, 'X-Forwarded-Proto': 'https' })).toBe('cross_origin');
  });

  it('lets the API answer for a large body', async () => {
    const answer = await fetch(`${url}/posts`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ content: 'x'.repeat(200_000) }),
    });

    expect(answer.status).toBe(401);
  });
});
