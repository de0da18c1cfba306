import { type AnyAnswer, type BodyOf } from './problems.js';
type ListCall = (input?: any, options?: any) => Promise<AnyAnswer>;
type InputOf<Call extends ListCall> = Parameters<Call>[0];
/** What a list holds. */
export type ItemOf<Call extends ListCall> = BodyOf<Awaited<ReturnType<Call>>> extends {
    data: (infer Item)[];
    page: unknown;
} ? Item : never;
export interface PagesOptions {
    /** Ends the iteration: it throws the reason of the signal. */
    signal?: AbortSignal | undefined;
}
/** The input and the options. The input may be left out where the call can do without. Nothing fits a call of no list. */
export type PagesArguments<Call extends ListCall> = [ItemOf<Call>] extends [never] ? [input: never] : undefined extends InputOf<Call> ? [input?: InputOf<Call>, options?: PagesOptions] : [input: InputOf<Call>, options?: PagesOptions];
/**
 * The items of a list, from page to page. A page is requested when its first item is needed, so whoever leaves the loop
 * requests no more. `limit` in the query is the size of a page.
 */
export declare function pages<Call extends ListCall>(call: Call, ...given: PagesArguments<Call>): AsyncGenerator<ItemOf<Call>, void, undefined>;
export {};
