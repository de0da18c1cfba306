// `npm run lint:shell`: holds the scripts of the workflows, and those in files, against Debian's `shellcheck`.
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

/** What is wrong with a script, in shellcheck's words; nothing when it is fine. An expression of GitHub's is no shell. */
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
const faulty = scripts.flatMap((script) => {
  const faults = faultsOf(script);
  return faults ? [`${script.where}\n${faults}`] : [];
});
for (const fault of faulty) console.error(fault);
console.log(`${scripts.length - faulty.length} of ${scripts.length} scripts are fine.`);
if (faulty.length > 0) process.exitCode = 1;
