// The order of the test files. All files of a project share one database, which only grows.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Reads lists of everybody from end to end: first, while there are few people. They get the lowest ids, so random requests
 * delete them, and they own little. The deletion of a large account would go on beside later requests, whose round trips are
 * counted.
 */
const FIRST = ['people-paging.test.ts'];
/** Insert thousands of rows: last, because all that follows would read among them. */
const LAST = ['bounds.test.ts', 'deletion.test.ts', 'posts-lists.test.ts'];

export class FileOrder extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const missing = [...FIRST, ...LAST].filter((name) => !existsSync(path.join('test', name)));
    if (missing.length > 0) throw new Error(`test/ has no ${missing.join(', ')}, whose order is set here.`);
    const rank = ({ moduleId }: TestSpecification) => {
      const name = path.basename(moduleId);
      return FIRST.includes(name) ? 0 : LAST.includes(name) ? 2 : 1;
    };
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}
