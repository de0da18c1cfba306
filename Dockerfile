# Ledge as a server of its own: docs/own-server.md.
# The base image is named by its tag and not yet by its digest; .github/workflows/image.yml builds it, and Dependabot proposes
# updates. Add `@sha256:…` to both lines to fix it.
FROM node:24-bookworm-slim AS build
WORKDIR /ledge
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
RUN npm run build

# Only what runs: one bundled file, the static files, and the migrations.
FROM node:24-bookworm-slim
WORKDIR /ledge
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8787
COPY --from=build /ledge/dist/server dist/server
COPY --from=build /ledge/public public
COPY --from=build /ledge/drizzle drizzle
USER node
EXPOSE 8787
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/readyz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--enable-source-maps", "dist/server/main.js"]
