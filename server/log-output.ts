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

/** Writes the lines of one turn of the event loop in one call, which costs less than `console` and a call for each. */
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
