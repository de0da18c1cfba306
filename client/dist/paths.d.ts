/** A client of hono's, or a part of one, which puts path parameters in as they come: here they are escaped first. */
export declare function escapePaths<Client extends object>(client: Client): Client;
