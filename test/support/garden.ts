// Posts as the API can't make them: of any time, with any number of votes, a hundred in one statement.
import { type Person, signUpMany } from './people';
import { sql } from './sql';

export interface Plant {
  id: number;
  owner: Person;
  parent_id: number | null;
  title: string | null;
  content: string;
  tags: string[];
  published: boolean;
  /** Milliseconds of the Unix epoch. */
  at: number;
  votes: number;
}

export type Seed = Omit<Plant, 'id'>;

const nobody = Promise.withResolvers<Person[]>();
let asked = false;

/** People who do nothing but vote. */
function voters(): Promise<Person[]> {
  if (!asked) {
    asked = true;
    signUpMany(4, 'voter').then(nobody.resolve, nobody.reject);
  }
  return nobody.promise;
}

/** The seeds as posts, in the order given. The database's triggers count them as if they had come one by one. */
export async function plant(seeds: Seed[]): Promise<Plant[]> {
  const rows = seeds.map((seed, place) => ({
    ...seed,
    place,
    owner: seed.owner.id,
    created_at: new Date(seed.at).toISOString(),
  }));
  const made = await sql`
    WITH seeds AS (
      SELECT nextval('posts_id_seq') AS id, seed.* FROM json_to_recordset(${JSON.stringify(rows)}::json) AS seed(
        place integer, owner bigint, parent_id bigint, title text, content text, tags json, published boolean, created_at timestamptz)
    ), planted AS (
      INSERT INTO posts (id, owner_id, parent_id, title, content, tags, published, created_at, published_at) OVERRIDING SYSTEM VALUE
        SELECT id, owner, parent_id, title, content, ARRAY (SELECT json_array_elements_text(tags)), published, created_at,
               CASE WHEN published THEN created_at END FROM seeds
    )
    SELECT id::integer AS id FROM seeds ORDER BY place`;
  const plants = seeds.map((seed, i) => ({ ...seed, id: (made[i] as { id: number }).id }));
  const cast = plants.flatMap(({ id, votes }) => Array.from({ length: votes }, (_, i) => ({ id, i })));
  const people = (await voters()).map(({ id }) => id);
  await sql`
    INSERT INTO votes (user_id, post_id) SELECT (${people}::bigint[])[vote.i + 1], vote.id
      FROM json_to_recordset(${JSON.stringify(cast)}::json) AS vote(id bigint, i integer)`;
  return plants;
}

export const uproot = (ids: number[]) => sql`DELETE FROM posts WHERE id = ANY (${ids}::bigint[])`;
