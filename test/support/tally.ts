/** How many answers came out in which way: by the code of a problem, else by the status. */
export function tally(answers: { status: number; body?: { code?: string } }[]): Record<string, number> {
  const outcomes: Record<string, number> = {};
  for (const { status, body } of answers) {
    const outcome = body?.code ?? String(status);
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  }
  return outcomes;
}
