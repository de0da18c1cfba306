// A worked example of the typed client, against `npm run dev`: npm run example -- [address]
import { attempt, idempotencyKey, isProblem, ledge, unwrap } from './index.ts';

const [address = 'http://localhost:8787'] = process.argv.slice(2);

async function run(): Promise<void> {
  const { api, pages, register } = ledge(address);

  // Every call, what it takes and what it answers, status by status, is known to TypeScript.
  const word = `example_${Date.now().toString(36)}`;
  const password = 'weaves algebraical patterns';
  const me = await register({ email: `${word}@example.com`, username: word, password });
  console.log(`Registered ${me.username} with the id ${me.id}.`);

  // With a key, a post can be sent again after a failure of the network: it is created once.
  const header = { 'Idempotency-Key': idempotencyKey() };
  const json = { title: 'On engines', content: 'It weaves algebraical patterns.', tags: ['engines'] };
  const post = await unwrap(api.posts.$post({ json, header }));
  const same = await unwrap(api.posts.$post({ json, header }));
  console.log(`Created post ${post.id}${same.id === post.id ? ' once' : ' twice'}.`);
  const vote = await unwrap(api.votes.$post({ json: { post_id: post.id, dir: 1 } }));
  console.log(`Post ${post.id} has ${vote.votes} ${vote.votes === 1 ? 'vote' : 'votes'}.`);

  // Three ways with an error. One: look at the status, and the body is the one that belongs to it.
  const again = await api.votes.$post({ json: { post_id: post.id, dir: 1 } });
  if (again.status === 409) {
    const problem = await again.json();
    // TypeScript knows that 409 can only mean this here.
    const code: 'already_voted' = problem.code;
    console.log(`A second vote: ${code}: ${problem.detail}`);
  }

  // Two: get the problem as a value, with the codes that this call can answer.
  const outcome = await attempt(api.posts[':id'].$get({ param: { id: 999_999_999 } }));
  if (!outcome.ok && outcome.problem.code === 'post_not_found') console.log(outcome.problem.detail);

  // Three: let unwrap throw whatever is no success.
  try {
    await unwrap(api.posts[':id'].$patch({ param: { id: post.id }, json: { content: '' } }));
  } catch (error) {
    if (!isProblem(error, 'invalid_input')) throw error;
    for (const { message } of error.errors) console.log(message);
  }

  // A list, from page to page, to its end.
  let read = 0;
  for await (const { title } of pages(api.posts.$get, { query: { limit: 5, search: 'engine' } })) {
    if (title) read += 1;
  }
  console.log(`Read ${read} ${read === 1 ? 'post' : 'posts'} about engines.`);

  await unwrap(api.users.me.$delete({ json: { current_password: password } }));
  console.log(`${me.username} is deleted again.`);
}

await run().catch((error: Error) => {
  // fetch reports a network that fails as an error with a cause.
  const isAway = error.cause instanceof Error;
  console.error(
    isAway
      ? `No Ledge answers at ${address}. Start one with "npm run dev", or name another after "--".`
      : `ledge: ${address} can't be used: ${error.message}`,
  );
  process.exitCode = 1;
});
