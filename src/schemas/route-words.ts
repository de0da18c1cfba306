// Written by `npm run generate -- route-words`.

/** The words of all paths, which would be taken for them if they were the names of people. */
export const ROUTE_WORDS =
  'audit auth block blocks bookmark bookmarks docs email export feed follow followers following forgot healthz history login logout me mine mute mutes notifications openapi password posts read readyz redoc refresh replies reports resend reset sessions tags thread timeline users verify votes';
