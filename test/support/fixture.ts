import { signUpMany, unusedName, write } from './people';
import type { Fixture } from './routes';

/** A fixture for one test, which no other test shares. */
export async function createFixture(): Promise<Fixture> {
  const [me, them] = await signUpMany(2);
  if (!me || !them) throw new Error('signUpMany(2) made fewer than two people.');
  const [mine, theirs] = [await write(me), await write(them)];
  return { me, mine: mine.id, them, theirs: theirs.id, unused: unusedName() };
}
