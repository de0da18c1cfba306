import { accountId } from './session.ts';
import { saved } from './store.ts';

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

export const readDraft = (place: string): Draft | undefined => saved.read<Draft>(keyOf(place));

export const keepDraft = (place: string, draft: Draft): void =>
  saved.write(keyOf(place), isBlank(draft) ? undefined : draft);

export const forgetDraft = (place: string): void => saved.write(keyOf(place), undefined);
