import { availableParallelism } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Hashing } from '../src/security/hashing';

/** Beside this file, in the bundle as in the source. */
const THREAD = path.join(import.meta.dirname, `bcrypt-thread${path.extname(fileURLToPath(import.meta.url))}`);

interface Waiting {
  resolve(equal: boolean): void;
  reject(error: Error): void;
}

/**
 * Passwords are hashed beside the thread that serves requests: PBKDF2 by Web Crypto on libuv's threads, and bcrypt, which
 * Node does not have, in a thread that is started with the first hash that was imported.
 */
export function openHashing(processes: number): Hashing {
  const waiting = new Map<number, Waiting>();
  let thread: Worker | undefined;
  let last = 0;

  const start = () => {
    const worker = new Worker(THREAD);
    // It keeps no process alive that has nothing else to do.
    worker.unref();
    worker.on('message', ({ id, equal, error }: { id: number; equal?: boolean; error?: string }) => {
      const { resolve, reject } = waiting.get(id) ?? {};
      waiting.delete(id);
      if (equal === undefined) reject?.(new Error(error));
      else resolve?.(equal);
    });
    worker.on('error', (error: Error) => {
      thread = undefined;
      for (const { reject } of waiting.values()) reject(error);
      waiting.clear();
    });
    return worker;
  };

  return {
    // One core is left to requests, and the others are shared by all processes.
    at_once: Math.max(1, Math.floor((availableParallelism() - 1) / processes)),
    compareBcrypt: (password, stored) =>
      new Promise((resolve, reject) => {
        thread ??= start();
        last += 1;
        waiting.set(last, { resolve, reject });
        thread.postMessage({ id: last, password, stored });
      }),
  };
}
