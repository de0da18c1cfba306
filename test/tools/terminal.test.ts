// What `npm run dev` shows, from what Wrangler and the Worker print.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { locateFrames } from '../../tools/dev/frames.ts';
import {
  errorText,
  eventText,
  type Look,
  mailBox,
  requestLine,
  startText,
} from '../../tools/dev/terminal.ts';
import { type Event, WranglerOutput } from '../../tools/dev/wrangler-output.ts';
import { ROOT, temporaryFolder } from '../support/dev-server.ts';

const look = (columns = 100, colour = false): Look => ({ columns, colour, now: () => '12:34:56' });

function read(output: string): Event[] {
  const events: Event[] = [];
  const reader = new WranglerOutput((event) => events.push(event));
  for (const line of output.split('\n')) reader.read(line);
  reader.flush();
  return events;
}

const ENTRY = {
  event: 'request',
  method: 'GET',
  route: '/posts/:id',
  path: '/posts/12',
  status: 200,
  ms: 4,
  round_trips: 1,
  user: 7,
};

describe('the output of Wrangler', () => {
  it('is not shown where it says nothing to a developer', () => {
    const banner = `
 ⛅️ wrangler 4.155.0 (update available 4.164.0)
───────────────────────────────────────────────
[custom build] Running: node tools/dev/assets.ts
Using secrets defined in ../worker.env
Your Worker has access to the following bindings:
Binding                                   Resource                  Mode
env.MAIL (unrestricted)                   Send Email                local
env.JWT_ISSUER ("http://localhost")       Environment Variable      local

\x1b[33m▲ \x1b[43;33m[\x1b[43;30mWARNING\x1b[43;33m]\x1b[0m \x1b[1mScheduled Workers are not automatically triggered during local development.\x1b[0m

  To manually trigger a scheduled event, run:
    curl "http://127.0.0.1:8787/cdn-cgi/local/scheduled"

⎔ Starting local server...
[wrangler:info] ✨ Parsed 2 valid header rules.
[wrangler:info] Ready on http://127.0.0.1:8787
[wrangler:info] GET /readyz 200 OK (2135ms)
`;
    expect(read(banner)).toEqual([]);
  });

  it('has entries of the log, also where they are marked as warnings', () => {
    const entry = { level: 'warn', event: 'login_failed', user: 1 };
    const output = `${JSON.stringify({ level: 'info', ...ENTRY })}\n▲ [WARNING] ${JSON.stringify(entry)}\n\n✘ [ERROR] ${JSON.stringify({ ...entry, level: 'error' })}`;
    expect(read(output)).toMatchObject([
      { kind: 'entry', entry: ENTRY },
      { kind: 'entry', entry },
      { kind: 'entry', entry: { level: 'error' } },
    ]);
  });

  it('has mails, and what the source prints itself', () => {
    const output =
      '\n--- mail to a@b.c: Reset ---\nHello a,\n\n    7K3M9QTX\n---\n\nmy own console.log\n{"level": no JSON';
    expect(read(output)).toEqual([
      { kind: 'mail', to: 'a@b.c', subject: 'Reset', text: 'Hello a,\n\n    7K3M9QTX' },
      { kind: 'printed', line: 'my own console.log' },
      { kind: 'printed', line: '{"level": no JSON' },
    ]);
  });

  it('has errors with their place, without what Wrangler prints of itself', () => {
    const failed = `✘ [ERROR] Build failed with 1 error:

  ✘ [ERROR] Unexpected ";"

      src/log.ts:11:12:
        11 │  const x = (;
           ╵             ^


The file src/log.ts changed, restarting build...
⎔ Local server updated and ready
✘ [ERROR] Address already in use (127.0.0.1:8787). Please check that you are not already running a server.
✘ [ERROR] Uncaught Error: mine

      at work (file:///a/src/index.ts:3:4)
      at run (file:///a/node_modules/wrangler/cli.js:1:1)
`;
    expect(read(failed)).toMatchObject([
      {
        kind: 'error',
        lines: ['Build failed with 1 error:', 'Unexpected ";"', '  src/log.ts:11:12:', {}, {}],
      },
      { kind: 'reloaded', file: 'src/log.ts' },
      { kind: 'error', lines: [expect.stringContaining('Address already in use')] },
      { kind: 'error', lines: ['Uncaught Error: mine', expect.stringContaining('src/index.ts:3:4')] },
    ]);
  });

  it('has a long block cut, and warnings about this project', () => {
    const long = `✘ [ERROR] Process exited\n${'    state: undefined,\n'.repeat(300)}`;
    expect(read(long)).toMatchObject([{ kind: 'error', lines: { length: 8 } }]);
    const warning =
      '▲ [WARNING] Processing wrangler.toml configuration:\n\n    - Unexpected fields: "unheard_of"\n';
    expect(read(warning)).toEqual([
      {
        kind: 'warning',
        lines: ['Processing wrangler.toml configuration:', expect.stringContaining('unheard_of')],
      },
    ]);
  });
});

describe('a line of a request', () => {
  it('has time, method, path, status, milliseconds, round trips and who', () => {
    expect(requestLine(ENTRY, 'ada', look())).toMatch(
      /^12:34:56 {2}GET {5}\/posts\/12 +200 +4 ms {2}1 trip +@ada$/,
    );
    const failed = { ...ENTRY, status: 422, code: 'invalid_input', user: null, round_trips: 0 };
    expect(requestLine(failed, undefined, look())).toMatch(/ 422 .* 0 trips {2}anonymous invalid_input$/);
    expect(requestLine(ENTRY, undefined, look())).toMatch(/#7$/);
  });

  it.each([100, 80, 72, 60, 40, 20])('is readable in %i columns', (columns) => {
    const long = { ...ENTRY, path: `/posts?q=${'x'.repeat(300)}` };
    const line = requestLine(long, 'ada', look(columns));
    if (columns >= 80) expect(line.length).toBeLessThanOrEqual(columns);
    expect(line).toContain('GET');
    expect(line).toContain('@ada');
    expect(line).not.toContain('\n');
  });

  it('is colourful only where the terminal has colours', () => {
    expect(requestLine(ENTRY, 'ada', look())).not.toContain('\x1b');
    expect(requestLine({ ...ENTRY, status: 500 }, 'ada', look(100, true))).toContain('\x1b[31m500');
  });

  it('can not control the terminal', () => {
    const hostile = { ...ENTRY, path: '/posts/%1b%5b2J%e2%80%ae', code: undefined };
    expect(requestLine(hostile, 'a\x1b[2J', look())).not.toMatch(/[\p{Cc}\u202e]/u);
  });
});

describe('a mail in the terminal', () => {
  const text =
    'Hello ada,\n\nSign in and enter this code:\n\n    7K3M9QTX\n\nIt is valid for 10 minutes.\n\nLedge';

  it.each([120, 76, 50, 30])('is a box in %i columns', (columns) => {
    const lines = mailBox({ to: 'ada@example.com', subject: 'Reset your password', text }, look(columns))
      .trim()
      .split('\n');
    expect(new Set(lines.map(({ length }) => length)).size).toBe(1);
    expect(lines[0]?.length).toBeLessThanOrEqual(columns);
    expect(lines.filter((line) => /^│ {5}7K3M9QTX +│$/.test(line))).toHaveLength(1);
    expect(lines.join()).toContain('Reset your password');
    const words = lines.map((line) => line.replaceAll(/[│\s]+/g, ' ')).join('');
    expect(words.replaceAll(/ +/g, ' ')).toMatch(
      /Sign in and enter this code: .*7K3M9QTX .*It is valid for 10 minutes\./,
    );
  });

  it('shows what it says when it has no code', () => {
    const notice = 'Hello ada,\n\nThe password was changed.\n\nIf it was not you, reset it.\n\nLedge';
    const box = mailBox(
      { to: 'ada@example.com', subject: 'Your password was changed', text: notice },
      look(),
    );
    expect(box).toContain('The password was changed.');
    expect(box).toContain('If it was not you, reset it.');
  });
});

describe('an error in the terminal', () => {
  it('is red, with its cause', () => {
    expect(errorText(['Build failed', 'src/log.ts:1:2'], look())).toBe('✘ Build failed\n  src/log.ts:1:2');
    expect(errorText(['Build failed'], look(100, true))).toContain('\x1b[31m');
    const unforeseen = {
      level: 'error',
      event: 'unforeseen',
      request_id: 'x',
      error: 'TypeError',
      message: 'a is not a function',
      frames: ['    at work (src/index.ts:1:2)'],
    };
    expect(eventText(unforeseen, look())).toBe(
      '✘ TypeError: a is not a function\n  at work (src/index.ts:1:2)',
    );
    expect(eventText({ level: 'warn', event: 'login_failed', request_id: 'x', user: 1 }, look())).toBe(
      '12:34:56  login failed  user 1',
    );
    for (const [event, shown] of [
      ['reset_code_wrong', '12:34:56  reset code wrong  unknown user'],
      ['login_failed', '12:34:56  login failed  unknown user'],
    ] as const)
      expect(eventText({ level: 'warn', event, request_id: 'x', user: null }, look())).toBe(shown);
  });
});

describe('the place of an error', () => {
  it('is that in the source, and none in a package', () => {
    const { folder, remove } = temporaryFolder();
    const bundle = path.join(folder, 'index.js');
    const sources = [path.join(ROOT, 'src/log.ts'), path.join(ROOT, 'node_modules/hono/index.js')];
    // Columns 0 and 10 are the first line of the first and of the second source.
    writeFileSync(`${bundle}.map`, JSON.stringify({ version: 3, sources, names: [], mappings: 'AAAA,UCAA' }));
    const { href } = pathToFileURL(bundle);
    expect(
      locateFrames([`    at a (${href}:1:1)`, `    at b (${href}:1:11)`, `    at ${href}:1:2`], 3),
    ).toEqual(['at src/log.ts:1:1', 'at src/log.ts:1:1']);
    expect(locateFrames(['    at a (file:///nowhere/index.js:1:1)'], 3)).toEqual([
      'at a (file:///nowhere/index.js:1:1)',
    ]);
    remove();
  });
});

describe('the start', () => {
  it('has six lines: addresses, where the data is, how to seed, how to end', () => {
    const text = startText(
      { address: 'http://localhost:8787', folder: '.data', seed: 'npm run ledge -- seed' },
      look(),
    );
    expect(text.split('\n')).toHaveLength(6);
    for (const part of ['http://localhost:8787/docs', '.data/dev.log', 'npm run ledge -- seed', 'Ctrl-C'])
      expect(text).toContain(part);
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });
});
