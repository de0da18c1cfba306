/** What stands in a path as one segment. A dot segment would lead elsewhere, escaped or not (WHATWG URL). */
function segment(value) {
    const text = String(value ?? '');
    if (/^\.{0,2}$/.test(text))
        throw new TypeError(`${JSON.stringify(text)} can't stand in a path.`);
    return encodeURIComponent(text);
}
/** A client of hono's, or a part of one, which puts path parameters in as they come: here they are escaped first. */
export function escapePaths(client) {
    return new Proxy(client, {
        get: (inner, name) => {
            const part = Reflect.get(inner, name);
            return typeof part === 'function' ? escapePaths(part) : part;
        },
        apply(call, self, [given, ...options]) {
            const param = Object.entries(given?.param ?? {}).map(([name, value]) => [name, segment(value)]);
            const args = given?.param ? { ...given, param: Object.fromEntries(param) } : given;
            return Reflect.apply(call, self, [args, ...options]);
        },
    });
}
