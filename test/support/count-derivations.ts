// Counts PBKDF2 derivations, and refuses those that Cloudflare refuses and local workerd does not. One that was made before
// with the same input counts, but is not made again: most people of the tests have the same hash, and to verify it each time
// takes a good part of a run.
import { bytesToHex } from '@noble/hashes/utils.js';

const ITERATIONS_MAX = 100_000;

interface Derivations {
  calls: number;
  iterations: number;
}

type Algorithm = { name: string; hash: string; salt: BufferSource; iterations?: number };

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
  const { subtle } = crypto;
  const importKey = subtle.importKey.bind(subtle) as (...args: unknown[]) => Promise<CryptoKey>;
  const deriveBits = subtle.deriveBits.bind(subtle);
  const deriveKey = subtle.deriveKey.bind(subtle) as (...args: unknown[]) => unknown;
  /** The password behind each key of PBKDF2, which can't be read from the key. */
  const inputs = new WeakMap<CryptoKey, string>();
  const made = new Map<string, Promise<ArrayBuffer>>();

  const countOne = ({ iterations = 0 }: Algorithm) => {
    if (iterations > ITERATIONS_MAX) {
      throw new DOMException(
        `Pbkdf2 failed: iteration counts above ${ITERATIONS_MAX} are not supported`,
        'NotSupportedError',
      );
    }
    count.calls += 1;
    count.iterations += iterations;
  };
  const replace = (name: 'importKey' | 'deriveBits' | 'deriveKey', value: unknown) =>
    Object.defineProperty(subtle, name, { configurable: true, value });

  replace('importKey', async (format: string, data: BufferSource, algorithm: unknown, ...rest: unknown[]) => {
    const input = format === 'raw' && algorithm === 'PBKDF2' ? toHex(data) : undefined;
    const key = await importKey(format, data, algorithm, ...rest);
    if (input !== undefined) inputs.set(key, input);
    return key;
  });
  replace('deriveBits', (algorithm: Algorithm, key: CryptoKey, length: number) => {
    countOne(algorithm);
    const input = inputs.get(key);
    if (input === undefined) return deriveBits(algorithm, key, length);
    const { name, hash, salt, iterations } = algorithm;
    const id = JSON.stringify([name, hash, toHex(salt), iterations, length, input]);
    const bits = made.get(id) ?? deriveBits(algorithm, key, length);
    made.set(id, bits);
    // A copy, which its caller may change.
    return bits.then((buffer) => buffer.slice(0));
  });
  replace('deriveKey', (algorithm: Algorithm, ...rest: unknown[]) => {
    countOne(algorithm);
    return deriveKey(algorithm, ...rest);
  });
  return count;
}

function toHex(data: BufferSource): string {
  return bytesToHex(
    ArrayBuffer.isView(data)
      ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
      : new Uint8Array(data),
  );
}
