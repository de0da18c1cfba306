import { createStore } from './store.ts';

/** Something that has just happened, said at the edge of the page. */
export interface Note {
  id: number;
  text: string;
  isError?: boolean;
}

const SHOWN_MS = 6_000;
let last = 0;

export const notes = createStore<Note[]>([]);

export function dismiss(id: number): void {
  notes.set(notes.get().filter((note) => note.id !== id));
}

export function say(text: string, more: Omit<Note, 'id' | 'text'> = {}): void {
  last += 1;
  const note = { id: last, text, ...more };
  // The same sentence twice is read once.
  notes.set([...notes.get().filter((other) => other.text !== text), note].slice(-3));
  setTimeout(() => dismiss(note.id), SHOWN_MS);
}
