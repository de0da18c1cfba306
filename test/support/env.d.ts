// wrangler.toml names no secrets for development; the suite is given them.
declare namespace Cloudflare {
  interface Env {
    DATABASE_URL: string;
    JWT_SECRET: string;
  }
}
