// Not in the groups: their other commands start faster without the Worker's modules.
import { faultsOf } from '../../src/schemas/faults.ts';
import { Note } from '../../src/schemas/report.ts';
import { UsageFailure } from './failure.ts';

/** A note, or the reason of a deletion, by the rules of the API; null if there is none. */
export function readNote(option: '--note' | '--reason', text: string | undefined): string | null {
  if (text === undefined) return null;
  const checked = Note.safeParse(text);
  if (checked.success) return checked.data;
  throw new UsageFailure(`${option} ${faultsOf(checked.error.issues)[0]?.message}.`);
}
