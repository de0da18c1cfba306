// Inserts posts that the API can't create: at any time, with any number of votes, hundreds in one statement.
import { type Person, signUpMany } from './people';
import { sql } from './sql';

export interface PostRow {
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

export interface InsertedPost extends PostRow {
  id: number;
}

let voters: Promise<Person[]> | undefined;

/** People who do nothing but vote. */
function findVoters(): Promise<Person[]> {
  voters ??= signUpMany(4, 'voter');
  return voters;
}

/** Inserts the rows in the given order. The triggers count them as they count posts of the API. */
export async function insertPosts(posts: PostRow[]): Promise<InsertedPost[]> {
  const rows = posts.map((post, place) => ({
    ...post,
    place,
    owner: post.owner.id,
    created_at: new Date(post.at).toISOString(),
  }));
  const ids = await sql`
    WITH numbered AS (
      SELECT nextval('posts_id_seq') AS id, post.* FROM json_to_recordset(${JSON.stringify(rows)}::json) AS post(
        place integer, owner bigint, parent_id bigint, title text, content text, tags json, published boolean, created_at timestamptz)
    ), inserted AS (
      INSERT INTO posts (id, owner_id, parent_id, answered_id, title, content, tags, published, created_at, published_at) OVERRIDING SYSTEM VALUE
        SELECT id, owner, parent_id, (SELECT nullif(parent.owner_id, owner) FROM posts AS parent WHERE parent.id = numbered.parent_id), title, content, ARRAY (SELECT json_array_elements_text(tags)), published, created_at,
               CASE WHEN published THEN created_at END FROM numbered
    )
    SELECT id::integer AS id FROM numbered ORDER BY place`;
  const inserted = posts.map((post, i) => ({ ...post, id: (ids[i] as { id: number }).id }));
  const votes = inserted.flatMap((post) =>
    Array.from({ length: post.votes }, (_, i) => ({ id: post.id, i })),
  );
  const people = (await findVoters()).map(({ id }) => id);
  await sql`
    INSERT INTO votes (user_id, post_id, owner_id) SELECT (${people}::bigint[])[vote.i + 1], vote.id, posts.owner_id
      FROM json_to_recordset(${JSON.stringify(votes)}::json) AS vote(id bigint, i integer) JOIN posts ON posts.id = vote.id`;
  return inserted;
}

export const deletePosts = (ids: number[]) => sql`DELETE FROM posts WHERE id = ANY (${ids}::bigint[])`;
