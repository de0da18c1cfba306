import { neon } from '@neondatabase/serverless';

/** The floor of the driver: `select 1`, as JSON. */
export default {
  async fetch(_: Request, env: { DATABASE_URL: string }) {
    return Response.json(await neon(env.DATABASE_URL)`select 1 AS one`);
  },
};
