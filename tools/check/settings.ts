// `node tools/check/settings.ts staging`: says which variables and secrets a workflow lacks, and where on GitHub to set
// them. It runs first of all, so that nothing is half deployed for want of one, and imports nothing that npm installs.

interface Setting {
  name: string;
  kind: 'secret' | 'variable';
  /** Where it is set: in the environment of the workflow unless it says otherwise. */
  repository?: true;
  /** The variable of the process that has it, if that is another name. */
  from?: string;
  optional?: true;
  /** What is wrong with a value, without the value. */
  judge?: (value: string) => string | undefined;
}

/** Addresses that nobody else reads: the smoke test puts a random word in the place of `{}`. */
export const isSmokeEmail = (value: string) => /^[^\s@]*\{\}[^\s@]*@[^\s@]+\.[^\s@]+$/.test(value);

const judgeAddress = (value: string) => {
  if (!/^https:/.test(value) || !URL.canParse(value)) return 'must be an address that starts with https://';
  return new URL(value).pathname === '/' ? undefined : 'must be an address without a path';
};

function judgeOwner(value: string): string | undefined {
  if (!/^postgres(ql)?:/.test(value) || !URL.canParse(value))
    return 'must be a connection string that starts with postgresql://';
  const { hostname, username } = new URL(value);
  if (username === 'ledge_worker')
    return "is the Worker's connection string: migrations need that of the owner of the tables";
  if (/-pooler\./.test(hostname))
    return 'is a pooled connection string: take the one without -pooler in its host';
  return undefined;
}

const CLOUDFLARE: Setting[] = [
  { name: 'CLOUDFLARE_API_TOKEN', kind: 'secret' },
  { name: 'CLOUDFLARE_ACCOUNT_ID', kind: 'secret' },
];

const release = (environment: string): Setting[] => [
  {
    name: `${environment.toUpperCase()}_ADDRESS`,
    kind: 'variable',
    repository: true,
    from: 'ADDRESS',
    judge: judgeAddress,
  },
  { name: 'OWNER_DATABASE_URL', kind: 'secret', judge: judgeOwner },
  ...CLOUDFLARE,
  {
    name: 'SMOKE_EMAIL',
    kind: 'variable',
    optional: true,
    judge: (value) => (isSmokeEmail(value) ? undefined : 'must be an email address with {} before its @'),
  },
];

const SETTINGS: Record<string, Setting[]> = {
  staging: release('staging'),
  production: release('production'),
  preview: [
    { name: 'NEON_PROJECT_ID', kind: 'variable', repository: true },
    { name: 'NEON_PARENT_BRANCH', kind: 'variable', repository: true },
    { name: 'NEON_API_KEY', kind: 'secret' },
    ...CLOUDFLARE,
  ],
};

/** What is missing or wrong, as sentences. A setting that does not exist reaches a workflow as an empty text. */
export function findFaults(environment: string, values: Record<string, string | undefined>): string[] {
  return (SETTINGS[environment] ?? []).flatMap(({ name, kind, repository, from = name, optional, judge }) => {
    const value = values[from]?.trim() ?? '';
    const fault = value === '' ? !optional && 'is not set' : judge?.(value);
    if (!fault) return [];
    const place = repository ? 'Secrets and variables › Actions' : `Environments › ${environment}`;
    return [`The ${kind} ${name} ${fault}. Set it on GitHub under Settings › ${place}.`];
  });
}

function main([environment = '', ...rest]: string[]): number {
  if (!(environment in SETTINGS) || rest.length > 0) {
    console.error(`node tools/check/settings.ts ${Object.keys(SETTINGS).join('|')}`);
    return 2;
  }
  const faults = findFaults(environment, process.env);
  // GitHub shows such lines above the log.
  const mark = process.env.GITHUB_ACTIONS ? '::error::' : '';
  for (const fault of faults) console.error(mark + fault);
  if (faults.length === 0) console.log(`${environment}: all settings are there.`);
  else console.error('Nothing was changed. docs/deployment.md lists all settings: "5. GitHub".');
  return faults.length === 0 ? 0 : 1;
}

if (import.meta.main) process.exitCode = main(process.argv.slice(2));
