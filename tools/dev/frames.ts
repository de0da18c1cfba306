// Where in the source an error was thrown: the Worker runs as one minified file.
import { existsSync, readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const FRAME = /\(?(file:\/\/\S+?):(\d+):(\d+)\)?$/;

/** A frame of a stack with the place in the project's source; undefined for one that is of a package. */
export function locateFrame(frame: string): string | undefined {
  const [, url, line, column] = FRAME.exec(frame.trim()) ?? [];
  const file = url === undefined ? undefined : `${fileURLToPath(url)}.map`;
  if (file === undefined || !existsSync(file)) return frame.trim();
  const found = new SourceMap(JSON.parse(readFileSync(file, 'utf8'))).findEntry(
    Number(line) - 1,
    Number(column) - 1,
  );
  if (!('originalSource' in found)) return undefined;
  // Relative to the folder of the map.
  const source = path.resolve(path.dirname(file), found.originalSource.replace(/^file:\/\//, ''));
  const relative = path.relative(path.resolve(import.meta.dirname, '../..'), source);
  return relative.startsWith('src')
    ? `at ${relative}:${found.originalLine + 1}:${found.originalColumn + 1}`
    : undefined;
}

/** The first places in the project's source. */
export function locateFrames(frames: string[], count: number): string[] {
  try {
    return frames.flatMap((frame) => locateFrame(frame) ?? []).slice(0, count);
  } catch {
    // The map is of another build meanwhile.
    return frames.slice(0, count).map((frame) => frame.trim());
  }
}
