// Sessions that Postgres has refused. A session that has ended stays so, and an isolate does not ask for it again: each refusal
// is an error in Postgres' log, which one token must not be able to fill.

/** About 1 MB. When there are more, all are forgotten. */
export const KEPT_SESSIONS_MAX = 10_000;

const ended = new Set<string>();

export const hasEnded = (session: string): boolean => ended.has(session);

export function keepEndedSession(session: string): void {
  if (ended.size >= KEPT_SESSIONS_MAX) ended.clear();
  ended.add(session);
}

export const keptSessions = (): number => ended.size;
