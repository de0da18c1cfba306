// Holds the simulation against this machine: the server for Node, Postgres and the load share its cores. What a request takes
// is measured with one at a time; then two rates are predicted, and measured.
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { startLedgeOnNode } from '../bench/contenders.ts';
import { treeMeter } from '../bench/cpu.ts';
import { createWorld, startDatabases } from '../bench/databases.ts';
import type { Request } from '../bench/load.ts';
import { table } from '../bench/report.ts';
import { randomNumbers } from '../seed/random.ts';
import { type Operation, readInputs } from './inputs.ts';
import { createSender, type Sent, sendAtRate } from './open-loop.ts';
import { choose } from './plan.ts';
import { mean, quantile, simulate } from './queue.ts';

const POSTS = 20_000;
const PARTS = [1 / 3, 1 / 2];
/** So far may the simulation be off. */
const TOLERANCE = 0.2;

/** Prints both, and resolves to whether utilisation, mean and median agree. */
export async function compare(seconds: number): Promise<boolean> {
  const scratch = mkdtempSync(path.join(tmpdir(), 'ledge-scale-'));
  const cluster = await startDatabases();
  try {
    const database = await createWorld(cluster, POSTS);
    const neon = { address: '', pid: undefined, stop: async () => undefined };
    const ledge = await startLedgeOnNode({ scratch, neon, database, posts: POSTS });
    const meter = treeMeter([cluster.pid]);
    const total = () => process.cpuUsage().user / 1e6 + process.cpuUsage().system / 1e6 + meter() + (ledge.meters.server?.() ?? 0);
    const requests = ledge.requests as Record<Operation, Request>;
    const random = randomNumbers(7);
    const { mix } = readInputs();
    const sender = createSender({ address: ledge.addresses[0] ?? '', requests, posts: POSTS }, random);
    const next = () => choose(mix, random());
    const measure = async (work: () => Promise<Sent<Operation>[]>) => {
      const [cpu, started] = [total(), performance.now()];
      const sent = await work();
      const took = (performance.now() - started) / 1_000;
      const spent = total() - cpu;
      const times = Float64Array.from(sent, ({ ms }) => ms / 1_000).sort();
      return { times, rate: sent.length / took, cpu: spent / sent.length, utilisation: spent / took / cpus().length };
    };
    const alone = (count: number) =>
      measure(async () => {
        const sent: Sent<Operation>[] = [];
        while (sent.length < count) sent.push(await sender.send(next()));
        return sent;
      });
    try {
      await alone(3_000);
      const base = await alone(3_000);
      const busy = base.cpu / mean(base.times);
      const rows: string[][] = [];
      let agrees = true;
      for (const part of PARTS) {
        const wanted = (part * cpus().length) / base.cpu;
        const seen = await measure(() => sendAtRate(sender.send, next, wanted, seconds, random));
        const guess = simulate({
          rate: seen.rate,
          servers: cpus().length,
          requests: 300_000,
          random,
          next: () => {
            const answered = base.times[Math.floor(random() * base.times.length)] as number;
            return { answered, busy: answered * busy };
          },
        });
        const pairs: [string, number, number, boolean][] = [
          ['utilisation, %', guess.utilisation * 100, seen.utilisation * 100, true],
          ['mean, ms', mean(guess.times) * 1_000, mean(seen.times) * 1_000, true],
          ['p50, ms', quantile(guess.times, 0.5) * 1_000, quantile(seen.times, 0.5) * 1_000, true],
          ['p99, ms', quantile(guess.times, 0.99) * 1_000, quantile(seen.times, 0.99) * 1_000, false],
        ];
        for (const [what, simulated, measured, counts] of pairs) {
          const off = simulated / measured - 1;
          if (counts && Math.abs(off) > TOLERANCE) agrees = false;
          rows.push([
            seen.rate.toFixed(0),
            what,
            ...[simulated, measured].map((value) => value.toFixed(2)),
            `${(off * 100).toFixed(0)} %`,
          ]);
        }
      }
      console.log(
        `One at a time: ${(mean(base.times) * 1_000).toFixed(2)} ms, of all processes ${(base.cpu * 1_000).toFixed(2)} ms of CPU.\n`,
      );
      console.log(table(['requests a second', '', 'simulated', 'measured', 'off by'], rows));
      return agrees;
    } finally {
      sender.close();
      await ledge.stop();
    }
  } finally {
    await cluster.stop();
    rmSync(scratch, { recursive: true, force: true });
  }
}
