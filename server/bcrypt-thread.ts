// A thread that compares passwords with bcrypt hashes, one after another: server/hashing.ts.
import { parentPort } from 'node:worker_threads';
import { compareSync } from 'bcryptjs';

parentPort?.on('message', ({ id, password, stored }: { id: number; password: string; stored: string }) => {
  try {
    parentPort?.postMessage({ id, equal: compareSync(password, stored) });
  } catch (error) {
    parentPort?.postMessage({ id, error: (error as Error).message });
  }
});
