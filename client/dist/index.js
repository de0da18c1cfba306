import { hc } from 'hono/client';
import { pages } from './pages.js';
import { escapePaths } from './paths.js';
import { errorOf, unwrap } from './problems.js';
import { Session } from './session.js';
import { memoryStore } from './tokens.js';
import { rememberWrites } from './written.js';
export * from './problems.js';
export * from './tokens.js';
function askForCookie(init) {
    const headers = new Headers(init?.headers);
    headers.set('Ledge-Session', 'cookie');
    return { ...init, headers };
}
/** A client of the Ledge at `address`. */
export function ledge(address, options = {}) {
    const { tokens: store = memoryStore(), refresh: refreshes = true, cookie: inCookie = false } = options;
    let isLeaving = false;
    // Called as it is: browsers refuse a `fetch` that is a method of something else.
    const plain = rememberWrites(options.fetch ?? ((input, init) => fetch(input, init)));
    const send = inCookie ? (input, init) => plain(input, askForCookie(init)) : plain;
    /** Without tokens: these calls are authorised by what they carry. */
    const open = hc(address, { fetch: send });
    const session = new Session({
        store,
        refreshes,
        onSignedOut: (problem) => {
            if (!isLeaving)
                options.onSignedOut?.(problem);
        },
        send,
        refreshUrl: String(open.auth.refresh.$url()),
        inCookie,
    });
    const api = escapePaths(hc(address, { fetch: session.fetch }));
    const keep = ({ access_token, refresh_token }) => store.set({ access_token, refresh_token });
    const signIn = async (username, password) => keep(await unwrap(open.auth.login.$post({ json: { username, password } })));
    const refresh = async () => {
        const tokens = await store.get();
        if (!tokens && !inCookie)
            return false;
        const failure = await session.refresh(tokens);
        if (failure)
            throw await errorOf(failure.clone());
        return (await store.get()) !== undefined;
    };
    return {
        api,
        pages,
        signIn,
        async register(registration) {
            const me = await unwrap(open.users.$post({ json: registration }));
            await signIn(me.username, registration.password);
            return me;
        },
        async signOut() {
            // An exchange that is under way would bring new tokens after they are forgotten here.
            await session.settle();
            if (!(await store.get()) && !(inCookie && (await refresh())))
                return;
            isLeaving = true;
            try {
                const answer = await api.auth.logout.$post();
                // 401: the session had ended already.
                if (!answer.ok && answer.status !== 401)
                    throw await errorOf(answer);
            }
            finally {
                isLeaving = false;
                await store.set(undefined);
            }
        },
        refresh,
    };
}
/** A new `Idempotency-Key`. A request that is sent again with the same key is executed once. */
export function idempotencyKey() {
    // Not `randomUUID()`, which browsers have on secure origins only.
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
