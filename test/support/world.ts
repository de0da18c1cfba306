import { signUpMany, unusedName, write } from './people';
import type { World } from './routes';

/** A world of its own for one test: nothing that another test does reaches it. */
export async function newWorld(): Promise<World> {
  const [me, them] = await signUpMany(2);
  if (!me || !them) throw new Error('There are no people.');
  const [mine, theirs] = [await write(me), await write(them)];
  return { me, mine: mine.id, them, theirs: theirs.id, unused: unusedName() };
}
