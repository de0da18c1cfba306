// A worked example of the typed client, against `npm run dev`: node client/example.ts [address]
import { type DetailedError, parseResponse } from 'hono/client';
import { ledge, type Problem } from './index.ts';

const [address = 'http://localhost:8787'] = process.argv.slice(2);
const { api, register, signOut } = ledge(address);

await fetch(address).catch(() => {
  console.error(`No Ledge answers at ${address}. Start one with "npm run dev", or name another after "--".`);
  process.exit(1);
});

// Every call, what it takes and what it answers, status by status, is known to TypeScript.
const word = `example_${Date.now().toString(36)}`;
const password = 'weaves algebraical patterns';
const me = await register({ email: `${word}@example.com`, username: word, password });
console.log(`Registered ${me.username} with the id ${me.id}.`);

const post = await parseResponse(
  api.posts.$post({
    json: { title: 'On engines', content: 'It weaves algebraical patterns.', tags: ['engines'] },
  }),
);
const vote = await parseResponse(api.votes.$post({ json: { post_id: post.id, dir: 1 } }));
console.log(`Post ${post.id} has ${vote.votes} vote.`);

// Two ways with an error. One: look at the status, and the body is the one that belongs to it.
const again = await api.votes.$post({ json: { post_id: post.id, dir: 1 } });
if (again.status === 409) {
  const problem = await again.json();
  // TypeScript knows that 409 can only mean this here.
  const code: 'already_voted' = problem.code;
  console.log(`A second vote: ${code}: ${problem.detail}`);
}

// The other: let parseResponse throw whatever is no success.
await parseResponse(api.posts[':id'].$patch({ param: { id: post.id }, json: { title: '' } })).catch(
  ({ detail }: DetailedError) => {
    const { errors = [] } = detail.data as Problem;
    for (const { path, message } of errors) console.log(`${path} ${message}`);
  },
);

// A list, page by page, to its end.
let cursor: string | undefined;
let read = 0;
do {
  const query = { limit: 5, search: 'engine', ...(cursor && { cursor }) };
  const { data: posts, page } = await parseResponse(api.posts.$get({ query }));
  read += posts.length;
  cursor = page.next_cursor ?? undefined;
} while (cursor);
console.log(`Read ${read} posts about engines.`);

await parseResponse(api.users.me.$delete({ json: { current_password: password } }));
await signOut().catch(() => undefined);
console.log(`${me.username} is gone again.`);
