import { accessSync, constants, mkdirSync, statSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '../..');

/** The folder of all that `npm run dev` keeps. */
export const dataFolder = () => path.resolve(ROOT, process.env.DATA_DIR || '.data');

/** Why a folder can't be used, by the code of the error. */
const REASONS: Record<string, string> = {
  EEXIST: 'which is not a folder',
  ENOTDIR: 'but a part of that path is a file, not a folder',
  EACCES: 'where you may not write',
  EPERM: 'where you may not write',
  EROFS: 'where nothing can be written',
  ENOENT: 'where no folder can be made',
  ENAMETOOLONG: 'which is too long for a path',
  ELOOP: 'which is a symbolic link to itself',
};

function explain(folder: string, variable: string, error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException;
  return `${variable} is ${folder}, ${REASONS[code] ?? `which can't be used: ${message}`}.`;
}

/** A sentence about a setting whose folder is something else or can't be written; undefined when it can be used, or be made. */
export function folderFault(folder: string, variable: string): string | undefined {
  try {
    if (!statSync(folder).isDirectory()) return `${variable} is ${folder}, which is a file, not a folder.`;
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') return explain(folder, variable, error);
  }
  return undefined;
}

/** Makes a folder, for its owner only: it holds emails and password hashes. Throws a sentence that names its setting. */
export function makeFolder(folder: string, variable: string): void {
  const fault = folderFault(folder, variable);
  if (fault) throw new Error(fault);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new Error(explain(folder, variable, error));
  }
}
