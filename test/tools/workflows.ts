// Which jobs of the workflows GitHub would run for an event. It evaluates their conditions, which may use what is below and
// nothing else: an expression that it does not know is an error, and not a guess.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';

const WORKFLOWS = path.resolve(import.meta.dirname, '../../.github/workflows');

export interface Step {
  id?: string;
  name?: string;
  if?: string | boolean;
  uses?: string;
  run?: string;
  env?: Record<string, string>;
}

export interface Job {
  if?: string | boolean;
  needs?: string | string[];
  uses?: string;
  with?: Record<string, string>;
  steps?: Step[];
  permissions?: unknown;
  'timeout-minutes'?: number;
}

interface Filter {
  branches?: string[];
  tags?: string[];
  types?: string[];
}

export interface Workflow {
  name: string;
  on: Record<string, Filter | null>;
  permissions?: unknown;
  concurrency?: { group: string };
  jobs: Record<string, Job>;
}

export const readWorkflow = (file: string): Workflow =>
  parse(readFileSync(path.join(WORKFLOWS, file), 'utf8')) as Workflow;

export const workflows = (): Map<string, Workflow> =>
  new Map(readdirSync(WORKFLOWS).map((file) => [file, readWorkflow(file)]));

type Context = { [name: string]: string | boolean | Context };

/** What a workflow knows when it starts. */
export interface Event {
  /** `push`, `pull_request`, … */
  name: string;
  github: Context;
  vars?: Record<string, string>;
}

const TOKENS = /\s*(&&|\|\||==|!=|!|\(|\)|'(?:[^']|'')*'|[\w-]+(?:\.[\w-]+)*)/gy;

type Value = string | boolean | Context | undefined;

/** The value of an expression as GitHub computes it: what does not exist is empty, and texts compare without case. */
export function evaluate(expression: string, context: Context, status: Record<string, boolean>): Value {
  const text = expression
    .trim()
    .replace(/^\$\{\{(.*)\}\}$/s, '$1')
    .trim();
  const tokens = [...text.matchAll(TOKENS)].map(([, token]) => token ?? '');
  if (tokens.join('') !== text.replace(/\s+(?=(?:[^']*'[^']*')*[^']*$)/g, ''))
    throw new Error(`can't read the condition: ${text}`);
  let at = 0;
  const take = () => tokens[at++] ?? '';
  const takes = (token: string) => tokens[at] === token && ++at > 0;

  function either(): Value {
    let left = both();
    while (takes('||')) {
      const right = both();
      left ||= right;
    }
    return left;
  }
  function both(): Value {
    let left = comparison();
    while (takes('&&')) {
      const right = comparison();
      left &&= right;
    }
    return left;
  }
  function comparison(): Value {
    const left = operand();
    if (takes('==')) return same(left, operand());
    if (takes('!=')) return !same(left, operand());
    return left;
  }
  function operand(): Value {
    if (takes('!')) return !operand();
    const token = take();
    if (token === '(') return closed(either());
    if (token.startsWith("'")) return token.slice(1, -1).replaceAll("''", "'");
    if (takes('(')) {
      if (!(token in status)) throw new Error(`unknown function: ${token}()`);
      return closed(status[token]);
    }
    const [root = '', ...names] = token.split('.');
    if (!(root in context)) throw new Error(`unknown context: ${token}`);
    return names.reduce<Value>(
      (value, name) => (typeof value === 'object' ? value[name] : ''),
      context[root],
    );
  }
  function closed(value: Value): Value {
    if (!takes(')')) throw new Error(`a parenthesis is open: ${text}`);
    return value;
  }
  const result = either();
  if (at < tokens.length) throw new Error(`can't read the condition: ${text}`);
  return result;
}

const same = (left: Value, right: Value) =>
  String(left ?? '').toLowerCase() === String(right ?? '').toLowerCase();

const STATUS = /\b(success|failure|always|cancelled)\(\)/;

/** Whether a job or step runs. Without a status function in its condition, nothing before it may have failed. */
export function isMet(
  condition: string | boolean | undefined,
  context: Context,
  { failed = false, skipped = false }: { failed?: boolean; skipped?: boolean } = {},
): boolean {
  const status = { success: !failed && !skipped, failure: failed, always: true, cancelled: false };
  const text = String(condition ?? 'success()');
  if (!STATUS.test(text) && !status.success) return false;
  return Boolean(evaluate(text === 'true' ? "'true'" : text, context, status));
}

const GITHUB_TYPES: Record<string, string[]> = { pull_request: ['opened', 'synchronize', 'reopened'] };

/** Whether the event starts the workflow. */
export function isTriggered({ on }: Workflow, { name, github }: Event): boolean {
  if (!(name in on)) return false;
  const filter = on[name] ?? {};
  for (const key of Object.keys(filter))
    if (!['branches', 'types', 'inputs', 'cron', 'paths'].includes(key))
      throw new Error(`unknown filter: ${key}`);
  if (name === 'push') {
    const [, kind, ref] = /^refs\/(heads|tags)\/(.*)$/.exec(String(github.ref)) ?? [];
    return filter.branches === undefined || (kind === 'heads' && filter.branches.includes(ref ?? ''));
  }
  const types = filter.types ?? GITHUB_TYPES[name];
  return types === undefined || types.includes(String((github.event as Context).action));
}

export interface Running {
  /** `deploy / staging / release`: the workflow, and the jobs that lead to it. */
  name: string;
  job: Job;
  /** What the job and the workflow around it say about their environment: texts with expressions. */
  workflow: Workflow;
}

/** The jobs with steps that the event starts, if none fails. */
export function jobsFor(event: Event): Running[] {
  return [...workflows()].flatMap(([, workflow]) =>
    isTriggered(workflow, event) ? run(workflow, workflow.name, event, {}) : [],
  );
}

function run(workflow: Workflow, prefix: string, event: Event, inputs: Record<string, string>): Running[] {
  const started = new Map<string, boolean>();
  const running: Running[] = [];
  for (const [id, job] of Object.entries(workflow.jobs)) {
    const needs = [job.needs ?? []].flat();
    if (needs.some((other) => !started.has(other))) throw new Error(`${id} comes before what it needs`);
    const skipped = needs.some((other) => !started.get(other));
    const context = { github: event.github, vars: event.vars ?? {}, inputs };
    const starts = isMet(job.if, context, { skipped });
    started.set(id, starts);
    if (!starts) continue;
    const name = `${prefix} / ${id}`;
    if (job.uses) running.push(...run(readWorkflow(path.basename(job.uses)), name, event, job.with ?? {}));
    else running.push({ name, job, workflow });
  }
  return running;
}

/** The settings that a job uses, other than to decide whether it or a step runs. */
export function settingsOf({ job, workflow }: Running): string[] {
  const { if: _, steps = [], ...rest } = job;
  const used = JSON.stringify([
    rest,
    steps.map(({ if: __, ...step }) => step),
    (workflow as { env?: unknown }).env,
  ]);
  return [...used.matchAll(/(?<!-)\b(?:secrets|vars)\.\w+|"environment":/g)].map(([name]) => name);
}
