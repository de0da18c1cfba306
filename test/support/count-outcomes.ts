/** Counts answers by the code of their problem, or else by their status. */
export function countOutcomes(
  answers: { status: number; body?: { code?: string } }[],
): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { status, body } of answers) {
    const outcome = body?.code ?? String(status);
    counts[outcome] = (counts[outcome] ?? 0) + 1;
  }
  return counts;
}
