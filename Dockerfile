# Ledge as a server of its own: docs/own-server.md.
# The digest is that of the image for all platforms; .github/workflows/image.yml builds it, and Dependabot proposes updates.
FROM node:24.21.0-bookworm-slim@sha256:0e0ff40c39bc087845bfb27465a0df4ea419520094bc35842ff83dd8cbe6f9b6 AS build
WORKDIR /ledge
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
RUN npm run build

# Only what runs: one bundled file, the static files, and the migrations.
FROM node:24.21.0-bookworm-slim@sha256:0e0ff40c39bc087845bfb27465a0df4ea419520094bc35842ff83dd8cbe6f9b6
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
