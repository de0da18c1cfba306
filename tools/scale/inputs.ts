// What the arithmetic starts from: inputs.json, which anyone may change, and the CPU of docs/benchmark.md.
import { readFileSync } from 'node:fs';
import path from 'node:path';

export interface Inputs {
  /** Parts of all requests; together 1. */
  mix: Record<Operation, number>;
  /** Of reads, those that the edge cache answers. */
  cached_share_of_reads: number;
  /** From the Worker to the database and back. */
  network_ms: number;
  /** So long a write waits for its log. */
  commit_ms: number;
  /** A compute is taken for large enough below this. */
  utilisation_max: number;
  storage_gb: number;
  prices: { workers: WorkersPrices; neon: NeonPrices };
}

interface WorkersPrices {
  plan_dollars: number;
  included_requests: number;
  dollars_per_million_requests: number;
  included_cpu_ms: number;
  dollars_per_million_cpu_ms: number;
}

interface Plan {
  dollars_per_cu_hour: number;
  cu_max: number;
}

interface NeonPrices {
  storage_dollars_per_gb: number;
  launch: Plan;
  scale: Plan;
  sizes_cu: number[];
}

export type Operation = 'list' | 'one' | 'vote' | 'create';
export const READS: readonly Operation[] = ['list', 'one'];

/** CPU of one request in ms. */
export interface Cost {
  worker: number;
  database: number;
}

const read = (file: string) => readFileSync(path.join(import.meta.dirname, file), 'utf8');

export const readInputs = (): Inputs => JSON.parse(read('inputs.json'));
export const readCosts = (): Record<Operation, Cost> => costsOf(read('../../docs/benchmark.md'));

/**
 * From the table "All figures": Postgres behind the local Neon, which resets each connection as Neon's proxy does, and the
 * Worker before a canned Neon, where nothing else takes its processor.
 */
export function costsOf(page: string): Record<Operation, Cost> {
  const rows = page.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
  const head = rows.find((cells) => cells.includes('CPU µs: server')) ?? [];
  const figure = (server: string, operation: string, column: string) => {
    const row = rows.find((cells) => cells[1] === server && cells[2] === operation && cells.length === head.length);
    const value = Number(row?.[head.indexOf(column)]?.replaceAll(',', ''));
    if (!(value > 0)) throw new Error(`docs/benchmark.md has no figure for ${server}, ${operation}: ${column}`);
    return value / 1_000;
  };
  const cost = (operation: Operation): Cost => ({
    worker: figure('Ledge (canned Neon)', operation, 'CPU µs: server'),
    database: figure('Ledge', operation, 'Postgres'),
  });
  return { list: cost('list'), one: cost('one'), vote: cost('vote'), create: cost('create') };
}
