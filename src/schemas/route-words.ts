// Written by `npm run generate -- route-words`.

/** The words of all paths, which would be taken for them if they were the names of people. */
export const ROUTE_WORDS =
  'auth bookmark bookmarks docs email export follow followers following forgot healthz history login logout me mine notifications openapi password posts read readyz redoc refresh replies resend reset sessions tags thread timeline users verify votes';
