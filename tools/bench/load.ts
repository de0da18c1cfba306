// A load: wrk, one for each process of a server, half of the connections each; and what it cost whom.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { cpuSeconds, type Meter } from './cpu.ts';

/** A request with random parts: `{post}` and `{person}` are ids, and one of `tokens` stands in its header. */
export interface Request {
  method: string;
  path: string;
  body?: string;
  /** The first is that of person 1, the second that of person 2, and so on. */
  tokens?: string[];
  /** The method that undoes it: every second request is that, for the same post, person and caller. */
  undo?: string;
}

export interface Load {
  connections: number;
  seconds: number;
  /** Ids of posts run from 1 to this. */
  posts: number;
}

/** What a load came to; CPU in microseconds a request. */
export interface Measured {
  requests_per_second: number;
  p50_ms: number;
  p99_ms: number;
  failed: number;
  cpu_us: Record<string, number>;
}

interface Report {
  requests: number;
  failed: number;
  seconds: number;
  p50_ms: number;
  p99_ms: number;
}

/** Sends a request to all processes of a server at once, for as long as the load says. Throws where no answer comes. */
export async function measure(
  addresses: string[],
  request: Request,
  load: Load,
  meters: Record<string, Meter>,
): Promise<Measured> {
  const before = readAll(meters);
  const runs = addresses.map((address, i) =>
    wrk(address, request, load, load.connections / addresses.length, i),
  );
  const reports = await Promise.all(runs);
  const after = readAll(meters);
  const requests = sum(reports.map((report) => report.requests));
  if (requests === 0) throw new Error(`${request.method} ${request.path}: nothing answers at ${addresses}`);
  const spent = Object.keys(meters).map((name) => [
    name,
    (((after[name] ?? 0) - (before[name] ?? 0)) * 1e6) / requests,
  ]);
  return {
    requests_per_second: sum(reports.map((report) => report.requests / report.seconds)),
    p50_ms: sum(reports.map((report) => report.p50_ms)) / reports.length,
    p99_ms: Math.max(...reports.map((report) => report.p99_ms)),
    failed: sum(reports.map((report) => report.failed)),
    cpu_us: { ...Object.fromEntries(spent), wrk: (sum(reports.map(({ cpu }) => cpu)) * 1e6) / requests },
  };
}

/** Sends a request once, for the first post and with the first token; throws unless it is answered well. */
export async function ask(
  address: string,
  { method, path: target, body, tokens }: Request,
): Promise<Response> {
  const about = (text: string) => text.replaceAll('{post}', '1').replaceAll('{person}', '2');
  const response = await fetch(address + about(target), {
    method,
    headers: {
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
      ...(tokens?.[0] && { Authorization: `Bearer ${tokens[0]}` }),
    },
    ...(body !== undefined && { body: about(body) }),
  });
  if (!response.ok)
    throw new Error(`${method} ${target} is answered with ${response.status}: ${await response.text()}`);
  return response;
}

async function wrk(address: string, request: Request, load: Load, connections: number, seed: number) {
  const { method, path: target, body = '', tokens = [], undo = '' } = request;
  const child = spawn(
    'wrk',
    [
      '--threads=1',
      `--connections=${connections}`,
      `--duration=${load.seconds}s`,
      '--timeout=30s',
      `--script=${path.join(import.meta.dirname, 'requests.lua')}`,
      address,
      '--',
      ...[method, target, body, String(load.posts), String(Date.now() + seed), undo],
    ],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  child.stdin.end(tokens.join('\n'));
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  // Read as long as it runs: nothing tells afterwards.
  let cpu = 0;
  const clock = setInterval(() => {
    cpu = cpuSeconds(child.pid) || cpu;
  }, 100);
  const [code] = await once(child, 'close').finally(() => clearInterval(clock));
  const report = /^REPORT (.*)$/m.exec(output)?.[1];
  if (code !== 0 || !report) throw new Error(`wrk ended with ${code}: ${output}`);
  return { ...(JSON.parse(report) as Report), cpu };
}

const readAll = (meters: Record<string, Meter>) =>
  Object.fromEntries(Object.entries(meters).map(([name, meter]) => [name, meter()]));

const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0);
