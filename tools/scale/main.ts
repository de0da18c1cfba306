// How far one Postgres carries, and what it costs, by arithmetic: `npm run scale -- --help`.
import { parseArgs } from 'node:util';
import { table } from '../bench/report.ts';
import { readCosts, readInputs } from './inputs.ts';
import { compare } from './measure.ts';
import { averageCost, limitOf, type Plan, planFor } from './plan.ts';

const USAGE = `npm run scale -- [options]
  --rates 1,100,10000   requests a second
  --cached 0.5          of reads, the part that the edge cache answers
  --measure             instead: holds the simulation against a run of the server for Node on this machine,
                        at 0.25 and 0.45 of what it can serve (needs Linux and PostgreSQL's server)
  --seconds 20          how long each rate is measured
What it starts from is in tools/scale/inputs.json and docs/benchmark.md.`;

const { values } = parseArgs({
  options: {
    rates: { type: 'string', default: '1,10,100,1000,2000,5000,10000,20000,50000' },
    cached: { type: 'string' },
    measure: { type: 'boolean', default: false },
    seconds: { type: 'string', default: '20' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) console.log(USAGE);
else if (values.measure) process.exitCode = (await compare(Number(values.seconds))) ? 0 : 1;
else printPlans();

function printPlans(): void {
  const inputs = readInputs();
  if (values.cached !== undefined) inputs.cached_share_of_reads = Number(values.cached);
  const costs = readCosts();
  const head = [
    ...['requests a second', 'at the database', 'busy cores', 'compute', 'utilisation'],
    ...['p50 ms', 'p99 ms', 'Workers $', 'Neon $', '$ a month', '$ a million requests'],
  ];
  console.log(
    table(
      head,
      values.rates.split(',').map((rate) => row(planFor(Number(rate), inputs, costs))),
    ),
  );
  const { worker, database } = averageCost(inputs, costs);
  console.log(`
An average request takes ${worker.toFixed(3)} ms of a Worker and ${database.toFixed(3)} ms of Postgres.`);
  for (const size of [1, inputs.prices.neon.launch.cu_max, inputs.prices.neon.scale.cu_max])
    console.log(
      `${size} CU is busy all the time at ${count(limitOf(size, inputs, costs))} requests a second.`,
    );
}

function row(plan: Plan): string[] {
  const dollars = plan.workers_dollars + plan.neon_dollars;
  const million = (dollars / (plan.rate * (365 / 12) * 24 * 3600)) * 1e6;
  return [
    ...[count(plan.rate), count(plan.database_rate), plan.busy_cores.toFixed(2)],
    plan.compute_cu === undefined ? 'none is large enough' : `${plan.compute_cu} CU`,
    `${(plan.utilisation * 100).toFixed(0)} %`,
    ...[plan.p50_ms.toFixed(1), plan.p99_ms.toFixed(1)],
    ...[count(plan.workers_dollars), count(plan.neon_dollars), count(dollars), million.toFixed(2)],
  ];
}

function count(number: number): string {
  return number < 10 && !Number.isInteger(number)
    ? number.toFixed(1)
    : Math.round(number).toLocaleString('en');
}
