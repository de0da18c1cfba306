// Sessions that Postgres refused. None comes back, so that an isolate need not ask again: each refusal is an error in Postgres'
// log, which nobody should be able to fill with one token.

/** About 1 MB. When there are more, all are forgotten. */
export const KEPT_SESSIONS_MAX = 10_000;

const ended = new Set<string>();

export const hasEnded = (session: string): boolean => ended.has(session);

export function keepEnded(session: string): void {
  if (ended.size >= KEPT_SESSIONS_MAX) ended.clear();
  ended.add(session);
}

export const keptSessions = (): number => ended.size;
