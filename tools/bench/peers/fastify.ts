// The course's API as a fast server for Node would be written: Fastify with its schemas, `pg`, prepared plain SQL.
import { createHmac, timingSafeEqual } from 'node:crypto';
import Fastify, { type FastifyRequest } from 'fastify';
import pg from 'pg';

const { COURSE_DATABASE_URL, JWT_SECRET = '', PORT } = process.env;
const pool = new pg.Pool({ connectionString: COURSE_DATABASE_URL, max: 8 });
// bigint, the type of a count, as a number.
pg.types.setTypeParser(20, Number);

const LIST = {
  name: 'list',
  text: `SELECT posts.id, title, content, published, posts.created_at, owner_id, email, users.created_at AS joined_at,
      (SELECT count(*) FROM votes WHERE post_id = posts.id) AS votes
    FROM (SELECT * FROM posts WHERE published ORDER BY id DESC LIMIT $1 OFFSET $2) AS posts JOIN users ON users.id = owner_id
    ORDER BY posts.id DESC`,
};
const ONE = {
  name: 'one',
  text: `SELECT posts.id, title, content, published, posts.created_at, owner_id, email, users.created_at AS joined_at,
      (SELECT count(*) FROM votes WHERE post_id = posts.id) AS votes
    FROM posts JOIN users ON users.id = owner_id WHERE posts.id = $1`,
};
const CREATE = {
  name: 'create',
  text: `WITH post AS (
      INSERT INTO posts (title, content, published, owner_id) SELECT $1, $2, $3, id FROM users WHERE id = $4 RETURNING *
    )
    SELECT post.*, email, users.created_at AS joined_at, 0 AS votes FROM post JOIN users ON users.id = owner_id`,
};
const VOTE = {
  name: 'vote',
  text: `INSERT INTO votes (user_id, post_id) SELECT $1, id FROM posts WHERE id = $2 ON CONFLICT DO NOTHING`,
};

const instant = { type: 'string', format: 'date-time' };
const post = {
  type: 'object',
  properties: {
    id: { type: 'integer' },
    title: { type: 'string' },
    content: { type: 'string' },
    published: { type: 'boolean' },
    created_at: instant,
    owner_id: { type: 'integer' },
    email: { type: 'string' },
    joined_at: instant,
    votes: { type: 'integer' },
  },
};

/** Whom an HS256 token names; undefined when it is not good. */
function userOf(request: FastifyRequest): number | undefined {
  const token = request.headers.authorization?.slice('Bearer '.length) ?? '';
  const end = token.lastIndexOf('.');
  const expected = createHmac('sha256', JWT_SECRET).update(token.slice(0, end)).digest();
  const given = Buffer.from(token.slice(end + 1), 'base64url');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  const claims = JSON.parse(Buffer.from(token.slice(token.indexOf('.') + 1, end), 'base64url').toString());
  return claims.exp > Date.now() / 1000 ? claims.user_id : undefined;
}

const app = Fastify();

app.get<{ Querystring: { limit: number; skip: number } }>(
  '/posts',
  {
    schema: {
      querystring: {
        type: 'object',
        properties: {
          limit: { type: 'integer', default: 10, maximum: 100 },
          skip: { type: 'integer', default: 0 },
        },
      },
      response: { 200: { type: 'array', items: post } },
    },
  },
  async ({ query }) => (await pool.query({ ...LIST, values: [query.limit, query.skip] })).rows,
);

const one = { type: 'object', properties: { id: { type: 'integer' } } };
app.get<{ Params: { id: number } }>(
  '/posts/:id',
  { schema: { params: one, response: { 200: post } } },
  async ({ params }, reply) =>
    (await pool.query({ ...ONE, values: [params.id] })).rows[0] ?? reply.code(404).send(),
);

app.post<{ Body: { title: string; content: string; published: boolean } }>(
  '/posts',
  {
    schema: {
      body: {
        type: 'object',
        required: ['title', 'content'],
        properties: {
          title: { type: 'string', maxLength: 200 },
          content: { type: 'string', maxLength: 10_000 },
          published: { type: 'boolean', default: true },
        },
      },
      response: { 201: post },
    },
  },
  async (request, reply) => {
    const user = userOf(request);
    if (!user) return reply.code(401).send();
    const { title, content, published } = request.body;
    const { rows } = await pool.query({ ...CREATE, values: [title, content, published, user] });
    return reply.code(201).send(rows[0]);
  },
);

app.put<{ Params: { id: number } }>('/votes/:id', { schema: { params: one } }, async (request, reply) => {
  const user = userOf(request);
  if (!user) return reply.code(401).send();
  await pool.query({ ...VOTE, values: [user, request.params.id] });
  return reply.code(204).send();
});

await app.listen({ port: Number(PORT), host: '127.0.0.1' });
