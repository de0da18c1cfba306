import { styleText } from 'node:util';

type Cell = string | number | boolean | null | undefined;
export type Row = Record<string, Cell>;

/** Characters that control the cursor, the lines or the direction of text. */
const UNPRINTABLE = /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/gu;

/** A text of users on one line, without characters that control the terminal. */
export const plain = (text: string) => text.replace(UNPRINTABLE, '\ufffd');

/** Several lines without characters that control the terminal. */
export const plainLines = (text: string) => text.split('\n').map(plain).join('\n');

/** JSON or JavaScript with escapes for the characters that control the terminal. */
export const escapeControls = (literal: string) =>
  literal.replace(UNPRINTABLE, (character) =>
    character < ' ' ? character : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** Colours where the stream is a terminal that has them, and NO_COLOR is not set. */
export const paint = (
  format: Parameters<typeof styleText>[0],
  text: string,
  stream: NodeJS.WriteStream = process.stdout,
) => styleText(format, text, { stream });

/** The one form of a message that is no answer: an error, or something to know. */
export const printMessage = (text: string) =>
  console.error(`${paint('red', 'ledge:', process.stderr)} ${plainLines(text)}`);

/** Tells something beside the answer, for people or for programs. */
export function printNote(note: string, { json }: { json: boolean | undefined }): void {
  console.error(json ? JSON.stringify({ note }) : `ledge: ${plainLines(note)}`);
}

export const printJson = (value: unknown) => console.log(escapeControls(JSON.stringify(value, null, 2)));

/** Prints rows as a table, or as JSON. */
export function printRows(rows: Row[], { json, none }: { json: boolean | undefined; none: string }): void {
  if (json) printJson(rows);
  else if (rows.length === 0) console.log(none);
  else printTable(rows);
}

function printTable(rows: Row[]): void {
  const columns = Object.keys(rows[0] ?? {});
  const cells = rows.map((row) => columns.map((column) => display(row[column])));
  const widths = columns.map((column, i) =>
    Math.max(...[column, ...cells.map((row) => row[i] ?? '')].map(width)),
  );
  const isNumber = columns.map((column) => rows.every((row) => typeof row[column] === 'number'));
  const line = (row: string[]) =>
    row
      .map((cell, i) => {
        const gap = ' '.repeat((widths[i] ?? 0) - width(cell));
        return isNumber[i] ? gap + cell : cell + gap;
      })
      .join('  ')
      .trimEnd();
  console.log(paint('bold', line(columns)));
  console.log(paint('dim', line(widths.map((each) => '─'.repeat(each)))));
  for (const row of cells) console.log(line(row));
}

const display = (cell: Cell) => (cell === null || cell === undefined ? '–' : plain(String(cell)));

const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\uff00-\uff60]|\p{Emoji_Presentation}/u;

const width = (text: string) => [...text].reduce((sum, character) => sum + (WIDE.test(character) ? 2 : 1), 0);

/** Shows what is being done on a terminal, in one line that is replaced. */
export function steps(): { report(what: string): void; clear(): void } {
  const { stderr } = process;
  const write = (text: string) => stderr.isTTY && stderr.write(`\r\x1b[2K${text}`);
  return { report: (what) => write(`${what} …`), clear: () => write('') };
}

/** Shows a progress bar on a terminal. */
export function progress(total: number, what: string): (done: number) => void {
  if (!process.stderr.isTTY) return () => undefined;
  const length = 30;
  return (done) => {
    const filled = total === 0 ? length : Math.round((done / total) * length);
    const bar = '█'.repeat(filled) + '░'.repeat(length - filled);
    process.stderr.write(`\r${bar} ${done}/${total} ${what}${done === total ? '\n' : ''}`);
  };
}
