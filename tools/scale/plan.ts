// What so many requests a second need and cost: the size of the compute, its utilisation, times, and dollars a month.
import { randomNumbers } from '../seed/random.ts';
import { type Cost, type Inputs, type Operation, READS } from './inputs.ts';
import { exponential, quantile, simulate } from './queue.ts';

const SECONDS_A_MONTH = (365 / 12) * 24 * 3600;
const HOURS_A_MONTH = SECONDS_A_MONTH / 3600;
const REQUESTS = 200_000;

export interface Plan {
  rate: number;
  /** Requests a second that reach the database. */
  database_rate: number;
  /** Cores of Postgres that are busy, as docs/benchmark.md measures them. */
  busy_cores: number;
  /** Undefined where no compute is large enough. */
  compute_cu: number | undefined;
  utilisation: number;
  p50_ms: number;
  p99_ms: number;
  workers_dollars: number;
  neon_dollars: number;
}

/** Of the requests that no cache answers, the part of each operation. */
function partsAtDatabase({ mix, cached_share_of_reads }: Inputs): Record<Operation, number> {
  const part = (operation: Operation) =>
    mix[operation] * (READS.includes(operation) ? 1 - cached_share_of_reads : 1);
  return { list: part('list'), one: part('one'), vote: part('vote'), create: part('create') };
}

const OPERATIONS: readonly Operation[] = ['list', 'one', 'vote', 'create'];
const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0);

/** Of all requests, in ms each: what they take of the Worker and of the database, cached ones counted as nothing. */
export function averageCost(inputs: Inputs, costs: Record<Operation, Cost>): Cost {
  const parts = partsAtDatabase(inputs);
  return {
    worker: sum(OPERATIONS.map((operation) => parts[operation] * costs[operation].worker)),
    database: sum(OPERATIONS.map((operation) => parts[operation] * costs[operation].database)),
  };
}

export function planFor(rate: number, inputs: Inputs, costs: Record<Operation, Cost>): Plan {
  const parts = partsAtDatabase(inputs);
  const share = sum(Object.values(parts));
  const cost = averageCost(inputs, costs);
  const busy_cores = (rate * cost.database) / 1_000;
  const { neon, workers } = inputs.prices;
  const compute_cu = neon.sizes_cu.find((size) => busy_cores / size <= inputs.utilisation_max);
  const size = compute_cu ?? (neon.sizes_cu.at(-1) as number);
  const times = timesOn(size, rate * share, inputs, costs);
  const plan = size <= neon.launch.cu_max ? neon.launch : neon.scale;
  const requests = rate * SECONDS_A_MONTH;
  const cpu_ms = requests * cost.worker;
  return {
    rate,
    database_rate: rate * share,
    busy_cores,
    compute_cu,
    utilisation: busy_cores / size,
    ...times,
    workers_dollars:
      workers.plan_dollars +
      (Math.max(0, requests - workers.included_requests) / 1e6) * workers.dollars_per_million_requests +
      (Math.max(0, cpu_ms - workers.included_cpu_ms) / 1e6) * workers.dollars_per_million_cpu_ms,
    neon_dollars:
      size * HOURS_A_MONTH * plan.dollars_per_cu_hour + inputs.storage_gb * neon.storage_dollars_per_gb,
  };
}

/** Of the requests that reach the database. A compute below one CU is one core that runs a part of the time. */
function timesOn(size: number, rate: number, inputs: Inputs, costs: Record<Operation, Cost>) {
  const parts = partsAtDatabase(inputs);
  const share = sum(Object.values(parts));
  const random = randomNumbers(1);
  const speed = Math.min(1, size);
  const next = () => {
    const operation = choose(parts, random() * share);
    const busy = exponential(costs[operation].database / 1_000 / speed, random);
    // What takes no core of the database.
    const rest_ms =
      inputs.network_ms + costs[operation].worker + (READS.includes(operation) ? 0 : inputs.commit_ms);
    return { busy, answered: busy + rest_ms / 1_000 };
  };
  const { times } = simulate({
    rate,
    servers: Math.max(1, Math.floor(size)),
    requests: REQUESTS,
    random,
    next,
  });
  return { p50_ms: quantile(times, 0.5) * 1_000, p99_ms: quantile(times, 0.99) * 1_000 };
}

export function choose<Name extends string>(parts: Record<Name, number>, at: number): Name {
  let left = at;
  const names = Object.keys(parts) as Name[];
  for (const name of names) {
    left -= parts[name];
    if (left < 0) return name;
  }
  return names.at(-1) as Name;
}

/** Requests a second at which a compute of that size is busy all the time. */
export const limitOf = (size: number, inputs: Inputs, costs: Record<Operation, Cost>) =>
  (size * 1_000) / averageCost(inputs, costs).database;
