import path from 'node:path';
import { defineConfig } from 'vite';

/** Where `npm run dev:web` finds the API. */
const API = process.env.API ?? 'http://localhost:8787';

/** What the API answers, and the files beside it. All other addresses are pages. */
const API_PATHS =
  '^/((auth|users|posts|votes|docs|redoc|vendor|healthz|readyz)(/|\\?|$)|[^/@]+\\.(css|ico|js|json|png|svg)$)';

export default defineConfig(({ command }) => ({
  root: import.meta.dirname,
  // The Worker serves the files below /app; the server of Vite is for the pages alone.
  base: command === 'build' ? '/app/' : '/',
  publicDir: false,
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: path.resolve(import.meta.dirname, '../public/app'),
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
    // The policy of the pages allows no data: but images.
    assetsInlineLimit: 0,
  },
  server: {
    port: Number(process.env.PORT ?? 5173),
    proxy: {
      [API_PATHS]: {
        target: API,
        changeOrigin: true,
        // The cookie of a session is for requests of the same origin alone.
        configure: (proxy) =>
          proxy.on('proxyReq', (request) => {
            if (request.hasHeader('origin')) request.setHeader('origin', new URL(API).origin);
          }),
      },
    },
  },
}));
