// Writes the words of the paths, which nobody can have as a username, to src/schemas/route-words.ts.
import path from 'node:path';
import { loadWorker } from './document.ts';
import { derive } from './write-generated.ts';

const { routes } = await loadWorker();

/** `/posts/feed.atom` reserves `posts` and `feed`; `/users/:user/posts` reserves no name of a person. */
const words = routes
  .filter(({ method }) => method !== 'ALL')
  .flatMap(({ path: template }) => template.split('/').map((segment) => segment.split('.', 1)[0] ?? ''))
  .filter((word) => /^[a-z][a-z0-9_]*$/i.test(word));

derive(
  path.resolve(import.meta.dirname, '../../src/schemas/route-words.ts'),
  `// Written by \`npm run generate -- route-words\`.

/** The words of all paths, which would be taken for them if they were the names of people. */
export const ROUTE_WORDS =
  '${[...new Set(words.map((word) => word.toLowerCase()))].sort().join(' ')}';
`,
);
