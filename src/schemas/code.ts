const FENCE_MIN = 3;
const INDENT_MAX = 3;

/**
 * The parts of a text that are not code: neither between two runs of as many backticks in one paragraph, nor in a block
 * that lines of three or more backticks enclose (CommonMark 0.31 §6.1, §4.5). Takes time that grows with the text.
 */
export function partsOutsideCode(text: string): string[] {
  if (!text.includes('`')) return [text];
  const parts: string[] = [];
  let paragraph: string[] = [];
  let fence = 0;
  for (const line of text.split(/\r\n?|\n/)) {
    if (fence > 0) {
      if (closesFence(line, fence)) fence = 0;
      continue;
    }
    fence = openedFence(line);
    if (fence === 0 && line.trim() !== '') {
      paragraph.push(line);
      continue;
    }
    addParts(parts, paragraph.join('\n'));
    paragraph = [];
  }
  addParts(parts, paragraph.join('\n'));
  return parts;
}

/** The number of backticks at the start of a line that opens a block, else 0. */
function openedFence(line: string): number {
  const start = line.length - line.trimStart().length;
  const length = backticksAt(line, start);
  const opens = start <= INDENT_MAX && length >= FENCE_MIN && !line.includes('`', start + length);
  return opens ? length : 0;
}

function closesFence(line: string, opening: number): boolean {
  const end = line.trim();
  return end.length >= opening && backticksAt(end, 0) === end.length;
}

function backticksAt(text: string, start: number): number {
  let end = start;
  while (text[end] === '`') end += 1;
  return end - start;
}

/** Adds the parts of a paragraph that no two runs of backticks enclose. */
function addParts(parts: string[], text: string): void {
  const runs = [...text.matchAll(/`+/g)].map(({ 0: run, index }) => ({ start: index, length: run.length }));
  const closing = closingRuns(runs);
  let end = 0;
  for (let i = 0; i < runs.length; i += 1) {
    const closed = closing[i];
    const [open, close] = [runs[i], closed === undefined ? undefined : runs[closed]];
    if (closed === undefined || !open || !close) continue;
    parts.push(text.slice(end, open.start));
    end = close.start + close.length;
    i = closed;
  }
  parts.push(text.slice(end));
}

/** For each run of backticks the place of the next one of the same length. */
function closingRuns(runs: { length: number }[]): (number | undefined)[] {
  const next = new Map<number, number>();
  const closing: (number | undefined)[] = new Array(runs.length);
  for (let i = runs.length - 1; i >= 0; i -= 1) {
    const { length } = runs[i] as { length: number };
    closing[i] = next.get(length);
    next.set(length, i);
  }
  return closing;
}
