// The course's API as the guides of Hono, its JWT middleware and validator, Drizzle and Neon would have it written.
import { zValidator } from '@hono/zod-validator';
import { neon } from '@neondatabase/serverless';
import { desc, eq } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/neon-http';
import { Hono } from 'hono';
import { createMiddleware } from 'hono/factory';
import { type JwtVariables, jwt } from 'hono/jwt';
import { z } from 'zod';
import { posts, users, votes } from './course-tables.ts';

interface AppEnv {
  Bindings: { DATABASE_URL: string; JWT_SECRET: string };
  Variables: JwtVariables<{ user_id: number }>;
}

const connect = (env: AppEnv['Bindings']) => drizzle({ client: neon(env.DATABASE_URL) });

const signedIn = createMiddleware<AppEnv>((c, next) =>
  jwt({ secret: c.env.JWT_SECRET, alg: 'HS256' })(c, next),
);

const postsWithOwner = (db: ReturnType<typeof connect>) =>
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

const app = new Hono<AppEnv>();

app.get('/posts', zValidator('query', PageQuery), async (c) => {
  const { limit, skip } = c.req.valid('query');
  const found = await postsWithOwner(connect(c.env))
    .where(eq(posts.published, true))
    .orderBy(desc(posts.id))
    .limit(limit)
    .offset(skip);
  return c.json(found);
});

app.get('/posts/:id', zValidator('param', IdParam), async (c) => {
  const [post] = await postsWithOwner(connect(c.env)).where(eq(posts.id, c.req.valid('param').id));
  return post ? c.json(post) : c.notFound();
});

app.post('/posts', signedIn, zValidator('json', NewPost), async (c) => {
  const [post] = await connect(c.env)
    .insert(posts)
    .values({ ...c.req.valid('json'), owner_id: c.var.jwtPayload.user_id })
    .returning();
  return c.json(post, 201);
});

/** A constraint tells whether the post is there, so that a vote takes one statement. */
app.put('/votes/:id', signedIn, zValidator('param', IdParam), async (c) => {
  const vote = { user_id: c.var.jwtPayload.user_id, post_id: c.req.valid('param').id };
  try {
    await connect(c.env).insert(votes).values(vote).onConflictDoNothing();
  } catch (error) {
    if (isForeignKeyViolation(error)) return c.notFound();
    throw error;
  }
  return c.body(null, 204);
});

/** Drizzle hands on what the driver threw as the cause of its own error. */
function isForeignKeyViolation(error: unknown): boolean {
  const { cause } = error as { cause?: { code?: string } };
  return cause?.code === '23503';
}

export default app;
