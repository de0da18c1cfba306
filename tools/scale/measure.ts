// Holds the simulation against this machine, where the server for Node, Postgres and the load share the cores. What a request
// takes is measured at one rate; a lower and a higher one are predicted and measured. The rates take turns, so that a slow
// minute slows all of them. They lie close enough together that a request costs about the same CPU at each: the fewer come,
// the more it costs, because everything sleeps and wakes up for it alone.
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { type Contender, startLedgeOnNode } from '../bench/contenders.ts';
import { type Meter, treeMeter } from '../bench/cpu.ts';
import { createWorld, startDatabases } from '../bench/databases.ts';
import type { Request } from '../bench/load.ts';
import { table } from '../bench/report.ts';
import { randomNumbers } from '../seed/random.ts';
import { type Operation, readInputs } from './inputs.ts';
import { createSender, sendAtRate } from './open-loop.ts';
import { choose } from './plan.ts';
import { mean, quantile, simulate } from './queue.ts';

const POSTS = 20_000;
const CORES = cpus().length;
/** Of the cores' time. */
const BASE = 0.35;
const PREDICTED = [0.25, 0.45];
const ROUNDS = 6;
/** So far may the simulation be off. */
const TOLERANCE = 0.2;

interface Seen {
  times: Float64Array;
  /** Requests a second. */
  rate: number;
  /** Seconds of all processes, for a request. */
  cpu: number;
  utilisation: number;
}

/** Sends requests of the mix at a rate, for so many seconds. */
type Measure = (rate: number, seconds: number) => Promise<Seen>;

/** Prints what is simulated and what is measured, and resolves to whether utilisation, mean and median agree. */
export async function compare(seconds: number): Promise<boolean> {
  const scratch = mkdtempSync(path.join(tmpdir(), 'ledge-scale-'));
  const cluster = await startDatabases();
  try {
    const database = await createWorld(cluster, POSTS);
    const noNeon = { address: '', pid: undefined, stop: async () => undefined };
    const ledge = await startLedgeOnNode({ scratch, neon: noNeon, database, posts: POSTS });
    const { measure, close } = measurer(ledge, treeMeter([cluster.pid]));
    try {
      // All connections are opened, and all functions planned on them and compiled.
      const cold = await measure(300, 3);
      const warm = await measure((BASE * CORES) / cold.cpu, 20);
      const rates = [BASE, ...PREDICTED].map((part) => (part * CORES) / warm.cpu);
      const runs: Seen[][] = rates.map(() => []);
      for (let round = 0; round < ROUNDS; round += 1)
        for (const [i, rate] of rates.entries()) runs[i]?.push(await measure(rate, seconds / ROUNDS));
      const [base, ...others] = runs.map(together) as [Seen, ...Seen[]];
      console.log(
        `At ${base.rate.toFixed(0)} a second: ${(mean(base.times) * 1_000).toFixed(2)} ms, of all processes ${(base.cpu * 1_000).toFixed(2)} ms of CPU.\n`,
      );
      const pairs = others.flatMap((seen) => compared(seen, predict(base, seen.rate)));
      console.log(table(['requests a second', '', 'simulated', 'measured', 'off by'], pairs.map(cells)));
      return pairs.every(({ what, simulated, measured }) => what === 'p99, ms' || agree(simulated, measured));
    } finally {
      close();
      await ledge.stop();
    }
  } finally {
    await cluster.stop();
    rmSync(scratch, { recursive: true, force: true });
  }
}

function measurer(ledge: Contender, postgres: Meter): { measure: Measure; close(): void } {
  const random = randomNumbers(7);
  const { mix } = readInputs();
  const requests = ledge.requests as Record<Operation, Request>;
  const sender = createSender({ address: ledge.addresses[0] ?? '', requests, posts: POSTS }, random);
  const total = () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6 + postgres() + (ledge.meters.server?.() ?? 0);
  };
  const measure: Measure = async (rate, seconds) => {
    const [cpu, started] = [total(), performance.now()];
    const sent = await sendAtRate(sender.send, () => choose(mix, random()), rate, seconds, random);
    const took = (performance.now() - started) / 1_000;
    const spent = total() - cpu;
    return {
      times: Float64Array.from(sent, ({ ms }) => ms / 1_000).sort(),
      rate: sent.length / took,
      cpu: spent / sent.length,
      utilisation: spent / took / CORES,
    };
  };
  return { measure, close: sender.close };
}

/** Several runs of one rate as one. */
function together(runs: Seen[]): Seen {
  const average = (of: (run: Seen) => number) => runs.reduce((sum, run) => sum + of(run), 0) / runs.length;
  return {
    times: Float64Array.from(runs.flatMap(({ times }) => [...times])).sort(),
    rate: average(({ rate }) => rate),
    cpu: average(({ cpu }) => cpu),
    utilisation: average(({ utilisation }) => utilisation),
  };
}

/** Each request takes as long as one of those of the measured rate, and keeps a core for as much CPU as they took. */
function predict({ times, cpu }: Seen, rate: number) {
  const random = randomNumbers(11);
  const busy = cpu / mean(times);
  const next = () => {
    const answered = times[Math.floor(random() * times.length)] as number;
    return { answered, busy: answered * busy };
  };
  return simulate({ rate, servers: CORES, requests: 300_000, random, next });
}

const compared = (seen: Seen, guess: ReturnType<typeof predict>) =>
  [
    ['utilisation, %', guess.utilisation * 100, seen.utilisation * 100] as const,
    ['mean, ms', mean(guess.times) * 1_000, mean(seen.times) * 1_000] as const,
    ['p50, ms', quantile(guess.times, 0.5) * 1_000, quantile(seen.times, 0.5) * 1_000] as const,
    ['p99, ms', quantile(guess.times, 0.99) * 1_000, quantile(seen.times, 0.99) * 1_000] as const,
  ].map(([what, simulated, measured]) => ({ rate: seen.rate, what, simulated, measured }));

const agree = (simulated: number, measured: number) => Math.abs(simulated / measured - 1) <= TOLERANCE;

const cells = ({ rate, what, simulated, measured }: ReturnType<typeof compared>[number]) => [
  rate.toFixed(0),
  what,
  simulated.toFixed(2),
  measured.toFixed(2),
  `${((simulated / measured - 1) * 100).toFixed(0)} %`,
];
