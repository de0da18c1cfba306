import type { ProblemCode } from '../../../src/problems';

/** What the API answered. Only it can choose ids, times and tags; a model learns these from here. */
export interface Seen {
  // biome-ignore lint/suspicious/noExplicitAny: it is what the API answers.
  body: any;
  etag: string | null;
}

/** A status, and the whole body: none for 204. */
export interface Answer {
  status: number;
  body?: unknown;
}

/** One request of somebody who is signed in, and what the contract says of it. */
export interface Action {
  call: string;
  json?: unknown;
  headers?: Record<string, string>;
  /** Why the API has to refuse it in the world as it is. */
  refusal: () => ProblemCode | undefined;
  /** Changes the world, once the API has not refused it, and returns what the API had to answer. */
  apply: (seen: Seen) => Answer;
}

export const NO_CONTENT: Answer = { status: 204 };

/** A tag that a client saw, and the version that it was the tag of. */
export type Tag = [version: number, etag: string];

export const ifMatch = (tag: Tag | undefined) => (tag ? { headers: { 'If-Match': tag[1] } } : {});

/** Whether `If-Match` names another version than the current one. */
export const isStale = (tag: Tag | undefined, { version }: { version: number }) =>
  tag !== undefined && tag[0] !== version;
