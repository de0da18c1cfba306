// wrangler.toml lists no secrets for development; test/support/database.ts provides them.
declare namespace Cloudflare {
  interface Env {
    DATABASE_URL: string;
    JWT_SECRET: string;
  }
}
