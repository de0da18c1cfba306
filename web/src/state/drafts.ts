import { accountId } from './session.ts';
import { storage } from './store.ts';

/** What is written and not sent, by its place: `new`, `reply-12`, `edit-12`. */
export interface Draft {
  title: string;
  content: string;
  tags: string;
  /** The version of the post that an edit began with. */
  etag?: string;
}

export const EMPTY: Draft = { title: '', content: '', tags: '' };

const keyOf = (place: string) => `draft.${accountId()}.${place}`;

export const isBlank = ({ title, content, tags }: Draft): boolean => !(title + content + tags).trim();

export const readDraft = (place: string): Draft | undefined => storage.read<Draft>(keyOf(place));

export const keepDraft = (place: string, draft: Draft): void =>
  storage.write(keyOf(place), isBlank(draft) ? undefined : draft);

export const forgetDraft = (place: string): void => storage.write(keyOf(place), undefined);

/** Calls the listener when another tab writes, sends or discards it. Returns what ends that. */
export const followDraft = (place: string, listener: () => void): (() => void) =>
  storage.follow(() => keyOf(place), listener);
