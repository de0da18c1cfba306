// Reads what Wrangler and the Worker print, and tells what a developer wants to know of it.
import { stripVTControlCharacters } from 'node:util';

/** A line of the Worker's log. */
export interface Entry {
  event: string;
  [field: string]: unknown;
}

export type Event =
  | { kind: 'entry'; entry: Entry }
  | { kind: 'mail'; to: string; subject: string; text: string }
  /** `file` was changed and the Worker runs again. */
  | { kind: 'reloaded'; file: string | undefined }
  | { kind: 'error' | 'warning'; lines: string[] }
  /** What the Worker's source printed itself, such as by `console.log`. */
  | { kind: 'printed'; line: string };

const BLOCK = /^\s*[✘▲] \[(ERROR|WARNING)\] (.*)$/;
const MAIL = /^--- mail to (\S+): (.*) ---$/;
const CHANGED = /^The file (.+) changed, restarting build/;

/** What Wrangler tells of itself. */
const CHATTER = [
  /^ ?⛅/,
  /^[─╭╰│╷╵]/,
  /^⎔ /,
  /^(Using (secrets|vars) defined in|Your Worker .*has access to|Retrieving|Total Upload|Parsed \d)/,
  /^\[wrangler:(info|inf|warn|debug)\]/,
  /^\[custom build\] Running:/,
  /update available/,
];

/** Warnings that say nothing about this project. */
const KNOWN_WARNINGS = /^(Scheduled Workers are not automatically triggered|The latest compatibility date)/;

/** A block of an error ends here; Wrangler prints whole objects of its own. */
const BLOCK_LINES_MAX = 8;

/** Takes one line after another of one output. */
export class WranglerOutput {
  readonly #tell: (event: Event) => void;
  #changed: string | undefined;
  #mail: { to: string; subject: string; text: string[] } | undefined;
  #block: { kind: 'error' | 'warning'; lines: string[] } | undefined;
  /** Inside the table of bindings, which ends with an empty line. */
  #isInTable = false;

  constructor(tell: (event: Event) => void) {
    this.#tell = tell;
  }

  read(raw: string): void {
    const line = stripVTControlCharacters(raw).trimEnd();
    if (this.#readMail(line) || this.#readBlock(line) || this.#readTable(line)) return;
    const entry = entryOf(line);
    const [, file] = CHANGED.exec(line) ?? [];
    if (entry) this.#tell({ kind: 'entry', entry });
    else if (file !== undefined) this.#changed = file;
    else if (line.startsWith('⎔ Local server updated')) this.#reloaded();
    else if (/^\[wrangler:error\] /.test(line))
      this.#tell({ kind: 'error', lines: [line.replace(/^\S+ /, '')] });
    else if (line !== '' && !CHATTER.some((pattern) => pattern.test(line))) this.#readRest(line);
  }

  /** A block has no last line of its own: it also ends when nothing follows. */
  flush(): void {
    const { kind, lines = [] } = this.#block ?? {};
    this.#block = undefined;
    if (kind && lines.length > 0) this.#tell({ kind, lines });
  }

  #reloaded(): void {
    this.#tell({ kind: 'reloaded', file: this.#changed });
    this.#changed = undefined;
  }

  #readRest(line: string): void {
    const [isOfBuild] = /^\[custom build\] ?/.exec(line) ?? [];
    const said = line.slice(isOfBuild?.length ?? 0);
    if (isOfBuild === undefined) this.#tell({ kind: 'printed', line });
    else if (/\b\w*Error\b.*: /.test(said)) this.#tell({ kind: 'error', lines: [said] });
  }

  #readMail(line: string): boolean {
    const [, to, subject] = MAIL.exec(line) ?? [];
    if (to !== undefined && subject !== undefined) {
      this.flush();
      this.#mail = { to, subject, text: [] };
    } else if (this.#mail && line === '---') {
      this.#tell({ kind: 'mail', ...this.#mail, text: this.#mail.text.join('\n') });
      this.#mail = undefined;
    } else if (this.#mail) this.#mail.text.push(line);
    else return false;
    return true;
  }

  #readBlock(line: string): boolean {
    const [, level, message] = BLOCK.exec(line) ?? [];
    if (level !== undefined && message !== undefined) {
      // Wrangler puts its mark before what the Worker logs as a warning or an error.
      const entry = entryOf(message);
      if (entry) {
        this.flush();
        this.#tell({ kind: 'entry', entry });
        return true;
      }
      const isDetail = /^\s/.test(line) && this.#block?.kind === 'error';
      if (isDetail) this.#block?.lines.push(message);
      else {
        this.flush();
        const isKnown = level === 'WARNING' && KNOWN_WARNINGS.test(message);
        this.#block = { kind: level === 'ERROR' ? 'error' : 'warning', lines: isKnown ? [] : [message] };
      }
      return true;
    }
    if (!this.#block) return false;
    if (line !== '' && !/^\s/.test(line)) {
      this.flush();
      return false;
    }
    const { lines } = this.#block;
    if (lines.length > 0 && lines.length < BLOCK_LINES_MAX && isTelling(line))
      lines.push(line.replace(/^ {2,6}/, '  '));
    return true;
  }

  #readTable(line: string): boolean {
    if (/has access to the following bindings/.test(line)) this.#isInTable = true;
    else if (this.#isInTable && line === '') this.#isInTable = false;
    return this.#isInTable;
  }
}

/** Not an empty line, and not a place outside of the project's source. */
const isTelling = (line: string) => line.trim() !== '' && !(/^\s*at /.test(line) && !/\bsrc\//.test(line));

function entryOf(line: string): Entry | undefined {
  if (!line.startsWith('{"level":')) return undefined;
  try {
    return JSON.parse(line) as Entry;
  } catch {
    return undefined;
  }
}
