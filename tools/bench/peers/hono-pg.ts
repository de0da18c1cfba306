// The course's API as the guides of Hono on Node, its JWT middleware and validator, Drizzle and node-postgres have it written.
import { serve } from '@hono/node-server';
import { zValidator } from '@hono/zod-validator';
import { desc, eq } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { Hono } from 'hono';
import { type JwtVariables, jwt } from 'hono/jwt';
import pg from 'pg';
import { z } from 'zod';
import { posts, users, votes } from './course-tables.ts';

const { COURSE_DATABASE_URL, JWT_SECRET = '', PORT } = process.env;

const db = drizzle({ client: new pg.Pool({ connectionString: COURSE_DATABASE_URL, max: 8 }) });
const signedIn = jwt({ secret: JWT_SECRET, alg: 'HS256' });

const postsWithOwner = () =>
  db
    .select({
      id: posts.id,
      title: posts.title,
      content: posts.content,
      published: posts.published,
      created_at: posts.created_at,
      owner_id: posts.owner_id,
      owner: { id: users.id, email: users.email, created_at: users.created_at },
      votes: db.$count(votes, eq(votes.post_id, posts.id)),
    })
    .from(posts)
    .innerJoin(users, eq(users.id, posts.owner_id))
    .$dynamic();

const IdParam = z.object({ id: z.coerce.number().int().positive() });
const PageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(100).default(10),
  skip: z.coerce.number().int().min(0).default(0),
});
const NewPost = z.object({
  title: z.string().max(200),
  content: z.string().max(10_000),
  published: z.boolean().default(true),
});

const app = new Hono<{ Variables: JwtVariables<{ user_id: number }> }>();

app.get('/posts', zValidator('query', PageQuery), async (c) => {
  const { limit, skip } = c.req.valid('query');
  const found = await postsWithOwner()
    .where(eq(posts.published, true))
    .orderBy(desc(posts.id))
    .limit(limit)
    .offset(skip);
  return c.json(found);
});

app.get('/posts/:id', zValidator('param', IdParam), async (c) => {
  const [post] = await postsWithOwner().where(eq(posts.id, c.req.valid('param').id));
  return post ? c.json(post) : c.notFound();
});

app.post('/posts', signedIn, zValidator('json', NewPost), async (c) => {
  const [post] = await db
    .insert(posts)
    .values({ ...c.req.valid('json'), owner_id: c.var.jwtPayload.user_id })
    .returning();
  return c.json(post, 201);
});

app.put('/votes/:id', signedIn, zValidator('param', IdParam), async (c) => {
  const vote = { user_id: c.var.jwtPayload.user_id, post_id: c.req.valid('param').id };
  await db.insert(votes).values(vote).onConflictDoNothing();
  return c.body(null, 204);
});

serve({ fetch: app.fetch, port: Number(PORT), hostname: '127.0.0.1' });
