// A connection on which the plans of all statements are seen, those inside functions included.
import pg from 'pg';
import type { Query } from '../neon/backend.ts';
import type { PlanNode } from './plan.ts';

/**
 * `generic`: made once for all arguments, as the functions ask for. `custom`: made for these arguments. `auto`: whichever
 * of the two Postgres has settled on after ten calls.
 */
export const MODES = { generic: 'force_generic_plan', custom: 'force_custom_plan', auto: 'auto' } as const;
export type Mode = keyof typeof MODES;

// auto_explain is part of PostgreSQL. What it sees comes to the client as notices.
const SEE_PLANS = `LOAD 'auto_explain';
  SET auto_explain.log_nested_statements = on;
  SET auto_explain.log_min_duration = 0;
  SET auto_explain.log_analyze = on;
  SET auto_explain.log_timing = off;
  SET auto_explain.log_buffers = on;
  SET auto_explain.log_format = json;
  SET auto_explain.log_level = notice`;

/** Makes all functions plan in this way, as if their files said so. */
export async function setMode(client: pg.Client, mode: Mode): Promise<void> {
  await client.query(`DO $$ DECLARE routine regprocedure; BEGIN
    FOR routine IN SELECT oid FROM pg_proc WHERE array_to_string(proconfig, ' ') ~ '\\mplan_cache_mode=' LOOP
      EXECUTE format('ALTER ROUTINE %s SET plan_cache_mode = ${MODES[mode]}', routine);
    END LOOP;
  END $$`);
}

export async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client;
}

/** The plans of all statements that a call ran, its own last. */
export async function plansOf(client: pg.Client, { text, params }: Query): Promise<PlanNode[]> {
  const plans: PlanNode[] = [];
  const see = ({ message = '' }) => {
    const start = message.indexOf('{');
    if (message.startsWith('duration: ')) plans.push(JSON.parse(message.slice(start)).Plan);
  };
  await client.query(SEE_PLANS);
  client.on('notice', see);
  await client.query(text, params);
  client.off('notice', see);
  await client.query('SET auto_explain.log_min_duration = -1');
  return plans;
}

/** Milliseconds of a call that was made before, there and back: the lower quartile of nine. */
export async function timeOf(client: pg.Client, { text, params }: Query): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < 9; i++) {
    const start = performance.now();
    await client.query(text, params);
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[2] as number;
}
