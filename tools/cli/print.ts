type Cell = string | number | boolean | null | undefined;
export type Row = Record<string, Cell>;

/** Moves the cursor, breaks the line, or turns the direction in which it is read. */
const UNPRINTABLE = /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/gu;

/** What people wrote, in one line: it must not command the terminal of whoever reads it. */
export const plain = (text: string) => text.replace(UNPRINTABLE, '\ufffd');

/** The same for a text of several lines. */
export const plainLines = (text: string) => text.split('\n').map(plain).join('\n');

/** The same for JSON, or what JavaScript reads, where nothing is lost: a line break is one of its own. */
export const escaped = (literal: string) =>
  literal.replace(UNPRINTABLE, (character) =>
    character < ' ' ? character : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

export const printJson = (value: unknown) => console.log(escaped(JSON.stringify(value, null, 2)));

/** Rows for people, or for programs with `json`. */
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
  console.log(line(columns));
  console.log(line(widths.map((each) => '─'.repeat(each))));
  for (const row of cells) console.log(line(row));
}

const display = (cell: Cell) => (cell === null || cell === undefined ? '–' : plain(String(cell)));

const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\uff00-\uff60]|\p{Emoji_Presentation}/u;

const width = (text: string) => [...text].reduce((sum, character) => sum + (WIDE.test(character) ? 2 : 1), 0);

/** A bar on a terminal, nothing elsewhere. */
export function progress(total: number, what: string): (done: number) => void {
  if (!process.stderr.isTTY) return () => undefined;
  const length = 30;
  return (done) => {
    const filled = total === 0 ? length : Math.round((done / total) * length);
    const bar = '█'.repeat(filled) + '░'.repeat(length - filled);
    process.stderr.write(`\r${bar} ${done}/${total} ${what}${done === total ? '\n' : ''}`);
  };
}
