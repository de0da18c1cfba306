import { eventText, lookOf, requestLine } from '../tools/dev/terminal';

/** Shows the log as lines for people, as `npm run dev` does, in place of one JSON object a line. */
export function showPrettyLog(): void {
  const print = process.stdout;
  const look = lookOf(print);
  for (const level of ['info', 'warn', 'error'] as const) {
    const original = console[level].bind(console);
    console[level] = (...args: unknown[]) => {
      const [line] = args;
      if (typeof line !== 'string' || !line.startsWith('{"level":')) return original(...args);
      const entry = JSON.parse(line);
      print.write(
        `${entry.event === 'request' ? requestLine(entry, undefined, look) : eventText(entry, look)}\n`,
      );
    };
  }
}

/** Collects the lines of the log and writes them once for each turn of the event loop: `console` would take longer for each line. */
export function batchLog(): void {
  let lines = '';
  const flush = () => {
    process.stdout.write(lines);
    lines = '';
  };
  console.info = (line: string) => {
    if (lines === '') setImmediate(flush);
    lines += `${line}\n`;
  };
  process.on('exit', flush);
}
