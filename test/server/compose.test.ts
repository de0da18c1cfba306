// compose.yaml and what belongs to it. There is no container engine where this runs: .github/workflows/image.yml starts it.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readAllSettings } from '../../server/settings';

const compose = parse(readFileSync('compose.yaml', 'utf8'));
const folder = mkdtempSync(path.join(tmpdir(), 'ledge-compose-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the script in a copy of the repository's layout; resolves to the secrets by their names. */
function makeSecrets(): Record<string, string> {
  mkdirSync(path.join(folder, 'server'), { recursive: true });
  copyFileSync('server/make-secrets.sh', path.join(folder, 'server/make-secrets.sh'));
  execFileSync(path.join(folder, 'server/make-secrets.sh'));
  const secrets = path.join(folder, 'secrets');
  return Object.fromEntries(
    readdirSync(secrets).map((name) => [name, readFileSync(path.join(secrets, name), 'utf8')]),
  );
}

describe('compose.yaml', () => {
  it('names for each service only secrets and volumes that are declared', () => {
    for (const { secrets = [] } of Object.values<{ secrets?: string[] }>(compose.services))
      for (const secret of secrets) expect(Object.keys(compose.secrets)).toContain(secret);
    for (const [name, { file }] of Object.entries<{ file: string }>(compose.secrets))
      expect(file).toBe(`./secrets/${name}`);
    expect(Object.keys(compose.volumes)).toEqual(['data']);
  });

  it('runs the server without rights, and publishes no port to the network', () => {
    expect(compose.services.ledge).toMatchObject({
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
    });
    for (const { ports = [] } of Object.values<{ ports?: string[] }>(compose.services))
      for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
  });

  it('gives the server settings that it takes, with the secrets that make-secrets.sh makes', () => {
    const made = makeSecrets();
    expect(Object.keys(made).sort()).toEqual(Object.keys(compose.secrets).sort());
    const given = Object.entries<string>(compose.services.ledge.environment).map(([name, value]) => [
      name,
      String(value)
        .replace('/run/secrets', path.join(folder, 'secrets'))
        // The default of a variable that is not set.
        .replace(/^\$\{\w+:-(.*)\}$/, '$1'),
    ]);
    const { server, app } = readAllSettings(Object.fromEntries(given));

    expect(server).toMatchObject({ MIGRATE_ON_START: true, SMTP_URL: 'smtp://mail:1025' });
    expect(app.DATABASE_URL).toBe(`postgresql://ledge_worker:${made.worker_password}@postgres:5432/ledge`);
    expect(server.MIGRATION_DATABASE_URL).toContain(`//ledge:${made.owner_password}@postgres`);
    expect(statSync(path.join(folder, 'secrets')).mode & 0o077).toBe(0o011);
  });

  it('keeps secrets that are there', () => {
    const made = makeSecrets();
    expect(makeSecrets()).toEqual(made);
  });
});
