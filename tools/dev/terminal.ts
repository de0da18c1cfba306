// What `npm run dev` shows: one line a request, mails in a box, errors in red.
import { styleText } from 'node:util';
import { plain } from '../cli/print.ts';
import type { DatabaseError } from '../neon/backend.ts';
import type { Entry } from './wrangler-output.ts';

/** How the terminal shows text. */
export interface Look {
  columns: number;
  /** The local time of day. */
  now(): string;
  colour: boolean;
}

/** The look of this terminal; without one, that of a wide terminal without colours. */
export const lookOf = (stream: NodeJS.WriteStream): Look => ({
  columns: stream.columns || 100,
  now: () => new Date().toTimeString().slice(0, 8),
  // Respects NO_COLOR and FORCE_COLOR.
  colour: styleText('red', 'x', { stream }) !== 'x',
});

type Format = Parameters<typeof styleText>[0];

const paint = ({ colour }: Look, format: Format, text: string) =>
  colour ? styleText(format, text, { validateStream: false }) : text;

const NARROW = 72;
const WHO_MAX = 32;

const cut = (text: string, length: number) =>
  text.length > length ? `${text.slice(0, Math.max(1, length - 1))}…` : text;

function decode(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}

const STATUS_FORMATS: [from: number, format: Format][] = [
  [500, ['bold', 'red']],
  [400, 'yellow'],
  [300, 'cyan'],
  [0, 'green'],
];

/** The line of a request: time, method, path, status, ms, round trips, who, and the code of a problem. */
export function requestLine(entry: Entry, name: string | undefined, look: Look): string {
  const { method, path, route, status, ms, round_trips, user, code } = entry as unknown as Record<
    string,
    string | null
  >;
  const trips = `${round_trips} ${Number(round_trips) === 1 ? 'trip' : 'trips'}`;
  const who = cut(user === null ? 'anonymous' : plain(name === undefined ? `#${user}` : `@${name}`), WHO_MAX);
  const shown = plain(decode(path ?? route ?? ''));
  const [, format = 'green'] = STATUS_FORMATS.find(([from]) => Number(status) >= from) ?? [];
  const statusText = paint(look, format, String(status));
  const codeText = code ? ` ${paint(look, format, code)}` : '';
  const time = paint(look, 'dim', look.now());
  if (look.columns < NARROW)
    return `${method} ${cut(shown, look.columns)} ${statusText} ${ms} ms ${trips} ${who}${codeText}`;
  const space = Math.min(60, look.columns - NARROW + 16);
  const facts = paint(look, 'dim', `${String(ms).padStart(5)} ms  ${trips.padEnd(7)}`);
  return `${time}  ${method?.padEnd(7)} ${cut(shown, space).padEnd(space)} ${statusText} ${facts}  ${paint(look, 'cyan', who)}${codeText}`;
}

/** The text of a mail in a box; what is written in it besides is in the log. */
export function mailBox(mail: { to: string; subject: string; text: string }, look: Look): string {
  const width = Math.max(20, Math.min(look.columns, 76) - 4);
  const code = /^ {4}(\S+)$/m.exec(mail.text)?.[1];
  const paragraphs = mail.text.split(/\n{2,}/).map((each) => each.trim());
  // Without the greeting and the signature.
  const said = paragraphs.slice(1, -1).filter((each) => each !== code);
  const [before, after] = code ? [said.slice(0, 1), said.slice(1)] : [[], said];
  const paragraph = (note: string) => wrap(plain(note), width).map((text) => row(text));
  const row = (text: string, format?: Format) =>
    `${paint(look, 'yellow', '│')} ${format ? paint(look, format, text.padEnd(width)) : text.padEnd(width)} ${paint(look, 'yellow', '│')}`;
  const rows = [
    ...wrap(plain(`Mail to ${mail.to}`), width).map((text) => row(text)),
    ...wrap(plain(mail.subject), width).map((text) => row(text, 'bold')),
    row(''),
    ...before.flatMap(paragraph),
    ...(code ? [row(''), row(`    ${code}`, ['bold', 'yellow']), row('')] : []),
    ...after.flatMap(paragraph),
  ];
  const edge = (left: string, right: string) => paint(look, 'yellow', left + '─'.repeat(width + 2) + right);
  return ['', edge('╭', '╮'), ...rows, edge('╰', '╯'), ''].join('\n');
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = '';
    }
    line = line === '' ? word : `${line} ${word}`;
    // A word that is longer than a line, such as an email.
    for (; line.length > width; line = line.slice(width)) lines.push(line.slice(0, width));
  }
  return [...lines, line];
}

/** An error with its cause; the first line is what went wrong. */
export function errorText([first = '', ...rest]: string[], look: Look): string {
  return [
    paint(look, ['bold', 'red'], `✘ ${plain(first)}`),
    ...rest.map((line) => paint(look, 'red', `  ${plain(line)}`)),
  ].join('\n');
}

/** An error of Postgres and the function in which it happened; a line of context is the SQL itself. */
export function databaseErrorText({ message, code, fields }: DatabaseError, look: Look): string {
  const place = /PL\/pgSQL function .*$/m.exec(fields.where ?? '')?.[0];
  return errorText([`Postgres: ${message} (${code})`, ...(place ? [place] : [])], look);
}

export const warningText = ([first = '', ...rest]: string[], look: Look) =>
  [
    paint(look, 'yellow', `! ${plain(first)}`),
    ...rest.map((line) => paint(look, 'yellow', `  ${plain(line)}`)),
  ].join('\n');

export const noteText = (text: string, look: Look) => paint(look, 'dim', `${look.now()}  ${plain(text)}`);

/** Null is what is not known, such as the user of a wrong code. */
const factsOf = (fields: Record<string, unknown>) =>
  Object.entries(fields).map(([name, value]) =>
    value === null ? `unknown ${name}` : `${name} ${String(value)}`,
  );

/** An event of the log that is no request, such as a wrong password. */
export function eventText(entry: Entry, look: Look): string {
  const { level, event, request_id: _, frames, message, error, detail, ...fields } = entry;
  if (level === 'error') {
    const what = [error, message ?? detail].filter(Boolean).join(': ') || event;
    const facts = factsOf(fields);
    return errorText(
      [String(what), ...facts, ...((frames as string[]) ?? []).map((frame) => frame.trim())],
      look,
    );
  }
  const facts = factsOf(fields);
  return noteText([event.replaceAll('_', ' '), ...facts].join('  '), look);
}

export interface Start {
  address: string;
  /** The folder of the data, as it is shown. */
  folder: string;
  seed: string;
}

/** The first lines: what is where, and what to do next. */
export function startText({ address, folder, seed }: Start, look: Look): string {
  const line = (label: string, text: string) => `  ${paint(look, 'dim', label.padEnd(6))}${text}`;
  return [
    paint(look, ['bold', 'green'], 'Ledge is ready.'),
    line('API', `${paint(look, ['bold', 'cyan'], address)}; in a browser, the web client`),
    line('Docs', `${paint(look, 'cyan', `${address}/docs`)} to try it, /redoc to read`),
    line('Data', `${folder}; everything printed is in ${folder}/dev.log`),
    line('Seed', `${paint(look, 'bold', seed)} fills it with people and posts`),
    line('Stop', 'Ctrl-C; the data stays'),
  ].join('\n');
}
