// Turns the output of the Worker into what the developer sees, in the order in which it came.
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { locateFrames } from './frames.ts';
import { errorText, eventText, type Look, mailBox, noteText, requestLine, warningText } from './terminal.ts';
import { type Entry, type Event, WranglerOutput } from './wrangler-output.ts';

const FLUSH_MS = 200;
/** How many places of an error are shown. */
const FRAMES = 3;

export interface ScreenOptions {
  look: Look;
  print(text: string): void;
  /** The username of a person; undefined when there is none. */
  nameOf(user: number): Promise<string | undefined>;
  /** The id of the requests that ask whether the Worker is ready, which are not shown. */
  probeId: string;
  /** Whether the Worker is being stopped, when Wrangler prints how its parts miss each other. */
  isEnding(): boolean;
  /** Whether it was stopped while it ran: Wrangler may report its interrupted build as an error. */
  isInterrupted(): boolean;
}

/** Shows both outputs of a process; resolves when they have ended and everything is shown. */
export async function showOutput(outputs: Readable[], options: ScreenOptions): Promise<void> {
  let last: Promise<void> = Promise.resolve();
  const tell = (event: Event) => {
    last = last.then(async () => {
      const text = await render(event, options);
      if (text !== undefined) options.print(text);
    });
  };
  const read = async (output: Readable) => {
    const reader = new WranglerOutput(tell);
    let timer: NodeJS.Timeout | undefined;
    const lines = createInterface({ input: output, crlfDelay: Number.POSITIVE_INFINITY });
    for await (const line of lines) {
      reader.read(line);
      clearTimeout(timer);
      timer = setTimeout(() => reader.flush(), FLUSH_MS).unref();
    }
    reader.flush();
  };
  await Promise.all(outputs.map(read));
  await last;
}

async function render(event: Event, options: ScreenOptions): Promise<string | undefined> {
  const { look } = options;
  if (event.kind === 'entry') return renderEntry(event.entry, options);
  if (event.kind === 'mail') return mailBox(event, look);
  if (event.kind === 'printed') return options.isEnding() ? undefined : event.line;
  if (options.isInterrupted()) return undefined;
  if (event.kind === 'reloaded')
    return noteText(event.file === undefined ? 'Reloaded.' : `Reloaded: ${event.file} has changed.`, look);
  return event.kind === 'error' ? errorText(event.lines, look) : warningText(event.lines, look);
}

async function renderEntry(
  entry: Entry,
  { look, nameOf, probeId }: ScreenOptions,
): Promise<string | undefined> {
  if (entry.event !== 'request') {
    const frames = Array.isArray(entry.frames) ? locateFrames(entry.frames as string[], FRAMES) : [];
    return eventText({ ...entry, frames }, look);
  }
  if (entry.request_id === probeId) return undefined;
  const { user } = entry;
  // A person who was deleted meanwhile has no name to show.
  const name = typeof user === 'number' ? await nameOf(user).catch(() => undefined) : undefined;
  return requestLine(entry, name, look);
}
