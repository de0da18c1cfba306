// Values of arguments and options that several groups take.
import { UsageFailure } from './failure.ts';

/** The most rows of a list, unless the command says otherwise. */
export const LIST_LIMIT = 50;

export function positive(text: string): number {
  if (/^[1-9][0-9]{0,5}$/.test(text)) return Number(text);
  throw new UsageFailure('--limit must be a number from 1 to 999999.');
}

/** Reads the id of a post or a report. */
export const idOf = (what: string) => (text: string) => {
  const id = Number(text);
  if (/^[1-9][0-9]*$/.test(text) && Number.isSafeInteger(id)) return id;
  throw new UsageFailure(`'${text}' is not the id of a ${what}.`);
};

/**
 * A note, or the reason of a deletion, by the rules of the API; null if there is none. The Worker's modules are only loaded
 * for one that is given.
 */
export const readNote = async (option: '--note' | '--reason', text: string | undefined) =>
  text === undefined ? null : (await import('./notes.ts')).parseNote(option, text);
