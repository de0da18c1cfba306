import type { Fetch } from './session.js';
/**
 * Keeps what the API says about the last write, and sends it with what is sent in somebody's name. So the API may answer from
 * a replica of its database as soon as that has the write, and not before.
 */
export declare function rememberWrites(send: Fetch): Fetch;
