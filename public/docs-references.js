// Swagger UI resolves the references of the whole document when it starts, and again for each operation that is opened. Here
// it gets only the part that it asks for and what that part refers to, so that the page is ready in half the time.

/** The components that a part of the document refers to, directly or not, by their kinds and names. */
function findComponents(part, api, found = {}) {
  if (typeof part !== 'object' || part === null) return found;
  const [, kind, name] = /^#\/components\/(\w+)\/(.+)$/.exec(part.$ref) ?? [];
  if (kind && !found[kind]?.[name]) {
    found[kind] ??= {};
    found[kind][name] = api.components[kind][name];
    findComponents(found[kind][name], api, found);
  }
  for (const child of Object.values(part)) findComponents(child, api, found);
  return found;
}

/** The document with one part only, such as the operation at `['paths', '/posts', 'get']`, and what it refers to. */
function cutOut(api, path) {
  const part = path.reduce((parent, key) => parent?.[key], api);
  const cut = { ...api, paths: {}, components: findComponents(part, api) };
  let parent = cut;
  for (const key of path.slice(0, -1)) parent = parent[key] ??= {};
  parent[path.at(-1)] = part;
  return cut;
}

export const referencesPlugin = {
  afterLoad(system) {
    const { resolveSubtree } = system.fn;
    system.fn.resolveSubtree = (api, path, options) => resolveSubtree(cutOut(api, path), path, options);
  },
};
