// Runs in Node: the proxies of docs/own-server.md, each with its file of `server/` as it is but for addresses.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { vi } from 'vitest';
import { freePort } from '../../../tools/postgres/free-port.ts';

export interface ProxyProcess {
  url: string;
  stop(): Promise<void>;
}

interface Kind {
  name: string;
  program: string;
  /** Of a compressed answer. */
  encoding: string | null;
  /** Writes the configuration into a folder; answers the arguments of the program. */
  configure(folder: string, port: number, server: string): string[];
}

const NGINX: Kind = {
  name: 'NGINX',
  program: 'nginx',
  encoding: null,
  configure(folder, port, server) {
    const site = replaceAll(readFileSync('server/nginx.conf', 'utf8'), {
      '127.0.0.1:8787': server,
      'listen 80;': `listen 127.0.0.1:${port};`,
    });
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => {
      mkdirSync(path.join(folder, name));
      return `${name}_temp_path ${path.join(folder, name)};`;
    });
    const user = process.getuid?.() === 0 ? 'user root;' : '';
    const file = path.join(folder, 'nginx.conf');
    writeFileSync(
      file,
      `${user} pid ${folder}/pid; daemon off; error_log stderr; events {}\nhttp { access_log off; ${temporary.join(' ')}\n${site}}`,
    );
    return ['-p', folder, '-c', file];
  },
};

const CADDY: Kind = {
  name: 'Caddy',
  program: 'caddy',
  encoding: 'gzip',
  configure(folder, port, server) {
    const site = replaceAll(readFileSync('server/Caddyfile', 'utf8'), {
      '127.0.0.1:8787': server,
      'api.example.com {': `http://127.0.0.1:${port} {`,
    });
    const file = path.join(folder, 'Caddyfile');
    writeFileSync(file, `{\n\tadmin off\n\tdefault_bind 127.0.0.1\n}\n${site}`);
    return ['run', '--adapter', 'caddyfile', '--config', file];
  },
};

/** Those that are installed here, and those that are not. */
export const PROXIES = [NGINX, CADDY].map((kind) => ({
  ...kind,
  isInstalled: spawnSync(kind.program, ['-h']).error === undefined,
}));

/** Starts a proxy in front of a server, and waits until that one answers through it. */
export async function startProxy({ name, program, configure }: Kind, server: string): Promise<ProxyProcess> {
  const folder = mkdtempSync(path.join(tmpdir(), `ledge-${program}-`));
  const port = await freePort();
  const child = spawn(program, configure(folder, port, new URL(server).host), {
    // Caddy keeps its data there.
    env: { ...process.env, HOME: folder, XDG_CONFIG_HOME: folder, XDG_DATA_HOME: folder },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const url = `http://127.0.0.1:${port}`;
  await vi.waitFor(
    async () => {
      if (child.exitCode !== null) throw new Error(`${name} ended: ${errors}`);
      // A request that gets no answer is sent again.
      const { status } = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(5_000) });
      if (status !== 200) throw new Error(`${name} answers ${status}: ${errors}`);
    },
    { timeout: 60_000 },
  );
  return {
    url,
    async stop() {
      if (child.kill('SIGTERM')) await once(child, 'exit');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Fails where a text is not there, so that a changed file does not go untested. */
function replaceAll(text: string, replacements: Record<string, string>): string {
  for (const [before, after] of Object.entries(replacements)) {
    if (!text.includes(before)) throw new Error(`The configuration does not have ${before}`);
    text = text.replaceAll(before, after);
  }
  return text;
}
