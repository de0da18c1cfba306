// Workers under plain workerd, as Cloudflare runs them: the deploy bundle, and one way out, which leads to the local
// Neon. The driver keeps its defaults.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { freePort } from '../postgres/free-port.ts';
import { type Server, startServer } from './server.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const PROGRAMS = path.join(ROOT, 'node_modules');

export interface Bundle {
  folder: string;
  module: string;
}

/** Builds what `wrangler deploy` would send: Ledge for production, or a Worker that is one file. */
export function bundle(scratch: string, entry?: string): Bundle {
  const folder = mkdtempSync(path.join(scratch, 'worker-'));
  const config = path.join(folder, 'wrangler.json');
  const main = entry && path.join(import.meta.dirname, entry);
  const peer = { name: 'peer', main, minify: true, compatibility_date: compatibilityDate() };
  if (main) writeFileSync(config, JSON.stringify(peer));
  execFileSync(
    process.execPath,
    [
      path.join(PROGRAMS, 'wrangler/bin/wrangler.js'),
      'deploy',
      ...(main ? ['--config', config] : ['--env', 'production']),
      ...['--dry-run', '--outdir', folder],
    ],
    { cwd: ROOT, stdio: 'pipe', env: { ...process.env, WRANGLER_SEND_METRICS: 'false' } },
  );
  const module = readdirSync(folder).find((name) => name.endsWith('.js'));
  if (!module) throw new Error(`wrangler left no bundle in ${folder}`);
  return { folder, module };
}

const compatibilityDate = () =>
  /^compatibility_date = "(.*)"$/m.exec(readFileSync(path.join(ROOT, 'wrangler.toml'), 'utf8'))?.[1] ?? '';

/** Serves a bundle; `neon` is where its requests go, whatever address they name. */
export async function startWorker(
  { folder, module }: Bundle,
  neon: string,
  settings: Record<string, string>,
  onOutput?: (text: string) => void,
): Promise<Server> {
  const port = await freePort();
  const config = path.join(folder, `${port}.capnp`);
  const text = JSON.stringify;
  const bindings = [
    '(name = "ASSETS", service = "assets")',
    ...Object.entries(settings).map(([name, value]) => `(name = ${text(name)}, text = ${text(value)})`),
    ...['REQUESTS', 'WRITES', 'SIGN_INS'].map(
      (name) => `(name = "${name}", wrapped = (moduleName = "bench:rate-limit"))`,
    ),
  ];
  writeFileSync(
    config,
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "worker", worker = (
      modules = [(name = "index.js", esModule = embed ${text(module)})],
      compatibilityDate = ${text(compatibilityDate())},
      bindings = [${bindings.join(', ')}],
      globalOutbound = "neon",
    )),
    (name = "assets", disk = (path = ${text(path.join(ROOT, 'public'))})),
    (name = "neon", external = (address = ${text(new URL(neon).host)}, http = ())),
  ],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "worker")],
  extensions = [(modules = [(
    name = "bench:rate-limit", internal = true, esModule = ${text(readFileSync(path.join(import.meta.dirname, 'peers/rate-limit.js'), 'utf8'))}
  )])],
);
`,
  );
  return startServer(path.join(PROGRAMS, 'workerd/bin/workerd'), ['serve', config], {
    port,
    env: {},
    onOutput,
  });
}
