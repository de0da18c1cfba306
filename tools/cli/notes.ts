import { faultsOf } from '../../src/schemas/faults.ts';
import { Note } from '../../src/schemas/report.ts';
import { UsageFailure } from './failure.ts';

/** Null if it is blank. */
export function parseNote(option: string, text: string): string | null {
  const checked = Note.safeParse(text);
  if (checked.success) return checked.data;
  throw new UsageFailure(`${option} ${faultsOf(checked.error.issues)[0]?.message}.`);
}
