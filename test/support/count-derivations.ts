// Counts PBKDF2 derivations, and refuses those that Cloudflare refuses and local workerd does not.
const ITERATIONS_MAX = 100_000;

interface Derivations {
  calls: number;
  iterations: number;
}

// Kept on the object that all test files share, so that it is wrapped once.
const WRAPPED: unique symbol = Symbol.for('ledge.derivations');
const shared = crypto.subtle as unknown as { [WRAPPED]?: Derivations };
shared[WRAPPED] ??= wrapSubtle();

/** The derivations of this run so far. */
export const derivations = shared[WRAPPED];

/** The derivations of `work`. */
export async function countDerivations(work: () => Promise<unknown>): Promise<Derivations> {
  const before = { ...derivations };
  await work();
  return {
    calls: derivations.calls - before.calls,
    iterations: derivations.iterations - before.iterations,
  };
}

function wrapSubtle(): Derivations {
  const count = { calls: 0, iterations: 0 };
  for (const name of ['deriveBits', 'deriveKey'] as const) {
    const original = crypto.subtle[name].bind(crypto.subtle) as (...args: unknown[]) => unknown;
    Object.defineProperty(crypto.subtle, name, {
      configurable: true,
      value: (algorithm: { iterations?: number }, ...rest: unknown[]) => {
        const { iterations = 0 } = algorithm;
        if (iterations > ITERATIONS_MAX) {
          throw new DOMException(
            `Pbkdf2 failed: iteration counts above ${ITERATIONS_MAX} are not supported`,
            'NotSupportedError',
          );
        }
        count.calls += 1;
        count.iterations += iterations;
        return original(algorithm, ...rest);
      },
    });
  }
  return count;
}
