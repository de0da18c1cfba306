// `npm run lint:shell`: checks the scripts of the workflows and .ci/run with `shellcheck`.
import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';

interface Workflow {
  jobs: Record<string, { steps?: { name?: string; run?: string }[] }>;
}

interface Script {
  where: string;
  text: string;
}

function scriptsOf(file: string): Script[] {
  const { jobs } = parse(readFileSync(file, 'utf8')) as Workflow;
  return Object.entries(jobs).flatMap(([job, { steps = [] }]) =>
    steps.flatMap(({ name, run }, i) =>
      run === undefined ? [] : [{ where: `${file}: ${job}: ${name ?? `step ${i + 1}`}`, text: run }],
    ),
  );
}

/** The output of shellcheck; empty when the script is fine. */
function faultsOf({ text }: Script): string {
  const { stdout, error } = spawnSync('shellcheck', ['--shell=bash', '-'], { input: text, encoding: 'utf8' });
  if (!error) return stdout.trim();
  console.error(`shellcheck can't be run (${error.message}). On Debian: apt install shellcheck`);
  process.exit(2);
}

const [pattern = '.github/workflows/*.yml'] = process.argv.slice(2);
const scripts = [
  ...globSync(pattern).sort().flatMap(scriptsOf),
  { where: '.ci/run', text: readFileSync('.ci/run', 'utf8') },
];
const faults = scripts.flatMap((script) => {
  const found = faultsOf(script);
  return found ? [`${script.where}\n${found}`] : [];
});
for (const fault of faults) console.error(fault);
console.log(`${scripts.length - faults.length} of ${scripts.length} scripts are fine.`);
if (faults.length > 0) process.exitCode = 1;
