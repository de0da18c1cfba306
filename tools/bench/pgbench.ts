// What Postgres itself can do: Ledge's functions called by pgbench, with prepared statements and nothing in between.
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { SCHEMA } from '../../src/db/functions.ts';
import type { Meter } from './cpu.ts';
import type { Load, Measured } from './load.ts';
import type { Operation } from './requests.ts';

/** One of the people whose sessions stand in world.sql, as `sessionOf` names it. */
const PERSON = `\\set person random(1, least(1000, :posts / 10))`;
/** The session of `:person`. */
export const SESSION = `('00000000-0000-4000-8000-' || lpad((:person)::text, 12, '0'))::uuid`;

/** The calls that the server makes for the requests of the same names. */
const SCRIPTS: Partial<Record<Operation, string>> = {
  list: `SELECT ${SCHEMA}.list_posts(page => ROW('-infinity', 0, 'infinity', 0, false, 11, 0)::${SCHEMA}.time_stretch,
    kinds => ARRAY[false], before => NULL, whole => NULL, search => NULL, in_title => false, author => NULL,
    tag => NULL, ids => NULL, session => NULL, caller => NULL);`,
  one: `\\set post random(1, :posts)
SELECT ${SCHEMA}.read_post(post => :post, session => NULL, caller => NULL);`,
  create: `${PERSON}
SELECT ${SCHEMA}.create_post(content => 'Seen on the way to work, once more.', published => true, tags => '{}',
    title => 'A note', parent_id => NULL, key => NULL, digest => NULL, session => ${SESSION}, caller => :person);`,
  vote: `${PERSON}
\\set post random(1, :posts)
SELECT ${SCHEMA}.add_vote(post => :post, session => ${SESSION}, caller => :person);`,
};

export const PGBENCH_OPERATIONS = Object.keys(SCRIPTS) as Operation[];

/** Runs the script of a request with as many connections, for as long as the load says. */
export async function measureByPgbench(
  database: string,
  operation: Operation,
  { connections, seconds, posts }: Load,
  scratch: string,
  postgres: Meter,
): Promise<Measured> {
  const run: Run = { connections, until: `--time=${seconds}`, variables: { posts } };
  return runPgbench(database, SCRIPTS[operation] ?? '', run, scratch, postgres);
}

export interface Run {
  connections: number;
  /** `--time` in seconds, or `--transactions` of each connection. */
  until: `--time=${number}` | `--transactions=${number}`;
  /** What the script finds as `:name`. Each connection has its own, besides `:client_id`. */
  variables: Record<string, number>;
}

/** Runs any script of pgbench, over and over. */
export async function runPgbench(
  database: string,
  script: string,
  { connections, until, variables }: Run,
  scratch: string,
  postgres: Meter,
): Promise<Measured> {
  const folder = mkdtempSync(path.join(scratch, 'pgbench-'));
  const file = path.join(folder, 'script.sql');
  // pgbench reads a statement from one line to its semicolon, and each line with a backslash by itself.
  writeFileSync(file, `${script}\n`);
  const before = postgres();
  const { stdout } = await promisify(execFile)(
    'pgbench',
    [
      ...['--no-vacuum', '--protocol=prepared', '--jobs=2', `--client=${connections}`, until],
      ...Object.entries(variables).map(([name, value]) => `--define=${name}=${value}`),
      ...[`--file=${file}`, '--log', `--log-prefix=${folder}/log`, database],
    ],
    { cwd: folder },
  );
  const spent = postgres() - before;
  const times = readdirSync(folder)
    .filter((name) => name.startsWith('log'))
    .flatMap((name) => readFileSync(path.join(folder, name), 'utf8').trim().split('\n'))
    // The third field is the time of a transaction in microseconds.
    .map((line) => Number(line.split(' ')[2]) / 1_000)
    .sort((a, b) => a - b);
  const at = (part: number) => times[Math.floor((times.length - 1) * part)] ?? Number.NaN;
  return {
    requests_per_second: Number(/^tps = ([\d.]+)/m.exec(stdout)?.[1]),
    p50_ms: at(0.5),
    p99_ms: at(0.99),
    failed: Number(/failed transactions: (\d+)/.exec(stdout)?.[1] ?? 0),
    cpu_us: { postgres: (spent * 1e6) / times.length },
  };
}
