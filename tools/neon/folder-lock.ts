import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

const held = new Set<string>();

/** Locks a folder by a file beside it that holds our pid; throws while another live process has it. Returns unlock. */
export function lockFolder(folder: string): () => void {
  const file = `${folder}.lock`;
  mkdirSync(dirname(folder), { recursive: true });
  while (!tryLock(file)) {
    const owner = readOwner(file);
    if (owner !== undefined && isAlive(owner, file))
      throw new Error(
        `${folder} is in use by process ${owner}. Stop it, or choose another DATA_DIR. If there is no such process, delete ${file}.`,
      );
    removeStale(file, owner);
  }
  held.add(file);
  return () => {
    if (held.delete(file)) rmSync(file, { force: true });
  };
}

/** The live process that has a folder locked; undefined when there is none. */
export function lockOwner(folder: string): number | undefined {
  const file = `${folder}.lock`;
  const owner = readOwner(file);
  return owner !== undefined && isAlive(owner, file) ? owner : undefined;
}

function tryLock(file: string): boolean {
  // A link is atomic, so that no other process reads a lock without a pid.
  const draft = `${file}.${process.pid}.new`;
  writeFileSync(draft, `${process.pid}\n`);
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** The pid in a lock file; undefined when the file is gone or holds none. */
function readOwner(file: string): number | undefined {
  try {
    return Number.parseInt(readFileSync(file, 'utf8'), 10) || undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number, file: string): boolean {
  // In a container every run has the same pid: a lock with ours that we don't hold is of an earlier run.
  if (pid === process.pid) return held.has(file);
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Renames a lock before deleting it, so that only one of two processes deletes it. */
function removeStale(file: string, owner: number | undefined): void {
  const aside = `${file}.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  if (readOwner(aside) === owner) rmSync(aside, { force: true });
  // Another process has locked the folder since it was read: put its lock back.
  else renameSync(aside, file);
}
