import { describe, expect, it } from 'vitest';
import { costsOf, readCosts, readInputs } from '../../tools/scale/inputs.ts';
import { averageCost, limitOf, planFor } from '../../tools/scale/plan.ts';
import { exponential, mean, meanByFormula, quantile, simulate } from '../../tools/scale/queue.ts';
import { randomNumbers } from '../../tools/seed/random.ts';

const COSTS = {
  list: { worker: 0.5, database: 1 },
  one: { worker: 0.5, database: 1 },
  vote: { worker: 0.5, database: 1 },
  create: { worker: 0.5, database: 1 },
};

const inputs = (changes = {}) => ({ ...readInputs(), cached_share_of_reads: 0, ...changes });

describe('the simulated queue', () => {
  it.each([
    [100, 1, 0.005],
    [300, 2, 0.005],
    [1_600, 10, 0.005],
  ])('has the mean of M/M/c with %i requests a second and %i servers', (rate, servers, service) => {
    const random = randomNumbers(1);
    const next = () => {
      const busy = exponential(service, random);
      return { busy, answered: busy };
    };
    const { times, utilisation } = simulate({ rate, servers, requests: 400_000, random, next });
    expect(mean(times) / meanByFormula(rate, servers, service)).toBeCloseTo(1, 1);
    expect(utilisation).toBeCloseTo((rate * service) / servers, 2);
  });

  it('answers M/M/1 as its textbook formula does, and never where too much comes', () => {
    expect(meanByFormula(50, 1, 0.01)).toBeCloseTo(0.01 / (1 - 0.5));
    expect(meanByFormula(100, 2, 0.01)).toBeCloseTo(0.01 / (1 - 0.5 ** 2));
    expect(meanByFormula(200, 2, 0.01)).toBe(Number.POSITIVE_INFINITY);
  });

  it('halves the waiting of M/M/1 where every request takes as long as another', () => {
    const service = { busy: 0.01, answered: 0.01 };
    const load = { rate: 50, servers: 1, requests: 400_000, random: randomNumbers(2) };
    const { times } = simulate({ ...load, next: () => service });
    expect(mean(times)).toBeCloseTo(0.01 + (meanByFormula(50, 1, 0.01) - 0.01) / 2, 3);
  });

  it('waits for nobody where a server is always free, and answers before it is free', () => {
    const load = { rate: 0.01, servers: 1, requests: 1_000, random: randomNumbers(3) };
    const { times } = simulate({ ...load, next: () => ({ busy: 0.01, answered: 0.004 }) });
    expect(quantile(times, 0.5)).toBeCloseTo(0.004);
    expect(quantile(times, 0.99)).toBeCloseTo(0.004);
  });
});

describe('the plan for a rate', () => {
  it('counts cores and dollars as the price lists do', () => {
    const { prices } = inputs();
    const plan = planFor(1_000, inputs({ storage_gb: 100 }), COSTS);
    const requests = 1_000 * (365 / 12) * 86_400;
    expect(plan.busy_cores).toBeCloseTo(1);
    expect(plan.compute_cu).toBe(2);
    expect(plan.utilisation).toBeCloseTo(0.5);
    expect(plan.neon_dollars).toBeCloseTo(2 * 730 * prices.neon.launch.dollars_per_cu_hour + 35);
    expect(plan.workers_dollars).toBeCloseTo(
      5 + ((requests - 10e6) / 1e6) * 0.3 + ((requests * 0.5 - 30e6) / 1e6) * 0.02,
    );
  });

  it('bills nothing beyond the plan for what the plan includes', () => {
    expect(planFor(1, inputs(), COSTS).workers_dollars).toBe(5);
  });

  it('takes the dearer plan of Neon only above what the other has, and says where nothing is large enough', () => {
    const { neon } = inputs().prices;
    const launch = planFor(9_000, inputs({ storage_gb: 0 }), COSTS);
    const scale = planFor(10_000, inputs({ storage_gb: 0 }), COSTS);
    expect([launch.compute_cu, scale.compute_cu]).toEqual([16, 18]);
    expect(launch.neon_dollars).toBeCloseTo(16 * 730 * neon.launch.dollars_per_cu_hour);
    expect(scale.neon_dollars).toBeCloseTo(18 * 730 * neon.scale.dollars_per_cu_hour);
    expect(planFor(40_000, inputs(), COSTS).compute_cu).toBeUndefined();
  });

  it('sends what the cache answers to no database', () => {
    const reads = { list: 0.5, one: 0.3, vote: 0.1, create: 0.1 };
    const cached = inputs({ mix: reads, cached_share_of_reads: 0.75 });
    expect(planFor(1_000, cached, COSTS).database_rate).toBeCloseTo(400);
    expect(averageCost(cached, COSTS).database).toBeCloseTo(0.4);
    expect(limitOf(2, cached, COSTS)).toBeCloseTo(5_000);
  });

  it('is slower on half a core, and for writes, which wait for their log', () => {
    const writes = inputs({ mix: { list: 0, one: 0, vote: 1, create: 0 }, commit_ms: 50 });
    expect(planFor(10, writes, COSTS).p50_ms).toBeGreaterThan(50);
    expect(planFor(10, inputs(), COSTS).p50_ms).toBeGreaterThan(planFor(1_000, inputs(), COSTS).p50_ms);
  });
});

describe('the inputs', () => {
  it('are parts of one whole', () => {
    const { mix } = readInputs();
    expect(Object.values(mix).reduce((sum, part) => sum + part, 0)).toBeCloseTo(1);
  });

  it('are read from the benchmark, in milliseconds', () => {
    const { list, create } = readCosts();
    expect(list.database).toBeGreaterThan(0.05);
    expect(create.database).toBeGreaterThan(list.database);
    expect(create.worker).toBeLessThan(5);
  });

  it('name the figure that the benchmark lacks', () => {
    const page = `| Server | Request | a second | CPU µs: server | Postgres |
| Ledge (canned Neon) | list | 1 | 1,234 | 0 |
| Ledge | list | 1 | 9 | 2,000 |`;
    expect(() => costsOf(page)).toThrow('no figure for Ledge (canned Neon), one');
  });
});
