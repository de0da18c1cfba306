// Writes the Postman collection and its environments from openapi.json. Bruno and Insomnia can import it, too. It runs from
// top to bottom, on a server with or without data: it makes two accounts, and deletes them at its end.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { testOf } from './collection-tests.ts';
import type { ApiDocument, Operation, Schema } from './document.ts';
import { inlineReferences } from './references.ts';
import { derive } from './write-generated.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const FOLDER = path.join(ROOT, 'docs/postman');

const ADDRESSES = {
  development: 'http://localhost:8787',
  staging: 'https://ledge-staging.example.workers.dev',
  production: 'https://ledge-production.example.workers.dev',
};

/** Variables of the environment: their values must not be in the collection, which people share. */
const PERSON = { username: '{{username}}', email: '{{email}}', password: '{{password}}' };
const OTHER = { username: '{{other_username}}', email: '{{other_email}}', password: '{{password}}' };

/** Runs before the first account is created: names of this run, so that it can be repeated. */
const NAME_PEOPLE = [
  'const word = Date.now().toString(36) + Math.random().toString(36).slice(2, 6);',
  "for (const [role, name] of [['', 'p_' + word], ['other_', 'q_' + word]]) {",
  "  pm.environment.set(role + 'username', name);",
  "  pm.environment.set(role + 'email', name + '@example.com');",
  '}',
  "pm.environment.set('password', word + ' weaves patterns');",
];

/** A number: the quotes around it are taken away. */
const number = (variable: string) => `{{${variable}}}#`;

const login = ({ username, password }: typeof PERSON) => ({ username, password });

/** Bodies with variables instead of the document's examples. */
const BODIES: Record<string, Record<string, unknown>> = {
  register: PERSON,
  login: login(PERSON),
  refresh: { refresh_token: '{{refresh_token}}' },
  forgotPassword: { email: PERSON.email },
  resetPassword: { email: PERSON.email, code: '7K3M9QTX', new_password: PERSON.password },
  changePassword: { current_password: PERSON.password, new_password: PERSON.password },
  deleteMe: { current_password: PERSON.password },
  vote: { post_id: number('post_id'), dir: 1 },
};

/** Values of parameters. Those of the query that are here are sent. */
const PARAMETERS: Record<string, string> = {
  user: '{{other_username}}',
  id: '{{post_id}}',
  post_id: '{{post_id}}',
  post_ids: '{{post_id}}',
  keep_current: 'true',
};
const OWN_PARAMETERS: Record<string, Record<string, string>> = {
  endSession: { id: '{{session_id}}' },
  reportPost: { id: '{{other_post_id}}' },
};

/** A request: an operation, or one more of it with another name and other values. */
interface Step {
  of: string;
  name?: string;
  body?: Record<string, unknown>;
  before?: string[];
  keeps?: string[];
}

const step = (of: string): Step => ({ of });

const START: Step[] = [
  ...['welcome', 'isAlive', 'isReady'].map(step),
  { of: 'register', before: NAME_PEOPLE },
  { of: 'register', name: 'Create another account', body: OTHER },
  { of: 'login', name: 'Sign in with the other account first', body: login(OTHER) },
  {
    of: 'createPost',
    name: 'Create a post with the other account',
    keeps: ["pm.environment.set('other_post_id', body.id);"],
  },
  { of: 'login', name: 'Sign in on another device' },
  ...['login', 'refresh'].map(step),
];

const END: Step[] = [
  ...['deletePost', 'logout'].map(step),
  { of: 'login', name: 'Sign in again' },
  step('deleteMe'),
  { of: 'login', name: 'Sign in with the other account', body: login(OTHER) },
  { of: 'deleteMe', name: 'Delete the other account' },
];

/** What comes first in the folder of a tag; the rest follows by method. Others need what these create. */
const FIRST = [
  ...['createPost', 'createReply', 'vote', 'listVotedPosts', 'removeVote', 'follow'],
  ...['listSessions', 'endSession'],
];
const METHOD_ORDER = ['post', 'put', 'patch', 'get', 'delete'] as const;

const document = inlineReferences<ApiDocument>(
  JSON.parse(readFileSync(path.join(ROOT, 'openapi.json'), 'utf8')),
);

interface Call {
  route: string;
  method: (typeof METHOD_ORDER)[number];
  operation: Operation;
}

const calls = METHOD_ORDER.flatMap((method) =>
  Object.entries(document.paths).flatMap(([route, item]): Call[] => {
    const operation = item[method];
    return operation ? [{ route, method, operation }] : [];
  }),
);

function bodyOf({ operationId, requestBody }: Operation, given = BODIES[operationId]) {
  const [[kind, media] = []] = Object.entries(requestBody?.content ?? {});
  if (!kind || !media) return {};
  const value = given ?? media.example;
  if (kind === 'application/x-www-form-urlencoded') {
    const urlencoded = Object.entries(value as object).map(([key, text]) => ({ key, value: String(text) }));
    return { body: { mode: 'urlencoded', urlencoded } };
  }
  const raw = JSON.stringify(value, null, 2).replaceAll(/"(\{\{\w+\}\})#"/g, '$1');
  return { body: { mode: 'raw', raw, options: { raw: { language: 'json' } } } };
}

function requestOf({ route, method, operation }: Call, { body }: Step) {
  const values = { ...PARAMETERS, ...OWN_PARAMETERS[operation.operationId] };
  const parameters = (place: string) => (operation.parameters ?? []).filter((one) => one.in === place);
  const textOf = ({ name, schema, example }: { name: string; schema: Schema; example?: unknown }) =>
    values[name] ?? String(example ?? schema.example ?? schema.default ?? schema.examples?.[0] ?? '');
  const optional = (place: string) =>
    parameters(place).map((one) => ({
      key: one.name,
      value: textOf(one),
      description: one.description ?? '',
      disabled: !one.required && !(place === 'query' && one.name in values),
    }));
  const segments = route
    .split('/')
    .filter(Boolean)
    .map((part) => part.replace(/^\{(.*)\}$/, ':$1'));
  const sent = optional('query').filter(({ disabled }) => !disabled);
  const query = sent.map(({ key, value }) => `${key}=${value}`).join('&');
  const isPublic = operation.security?.length === 0 || operation.security === undefined;
  return {
    method: method.toUpperCase(),
    description: operation.description ?? '',
    header: optional('header'),
    ...(isPublic && { auth: { type: 'noauth' } }),
    ...bodyOf(operation, body),
    url: {
      raw: `{{address}}/${segments.join('/')}${query && `?${query}`}`,
      host: ['{{address}}'],
      path: segments,
      query: optional('query'),
      variable: parameters('path').map((one) => ({ key: one.name, value: textOf(one) })),
    },
  };
}

function itemOf(given: Step) {
  const call = calls.find(({ operation }) => operation.operationId === given.of);
  if (!call) throw new Error(`There is no operation ${given.of}.`);
  const script = (listen: string, exec: string[]) => ({ listen, script: { type: 'text/javascript', exec } });
  const event = [
    ...(given.before ? [script('prerequest', given.before)] : []),
    script('test', testOf(call.operation, document.components.schemas, given.keeps)),
  ];
  return { name: given.name ?? call.operation.summary, event, request: requestOf(call, given) };
}

/** The operations of a tag that are neither at the start nor at the end. */
function stepsOf(tag: string): Step[] {
  // A request with a name of its own is one more of its operation.
  const elsewhere = new Set([...START, ...END].filter(({ name }) => !name).map(({ of }) => of));
  const rank = (id: string) => (FIRST.includes(id) ? FIRST.indexOf(id) : FIRST.length);
  return calls
    .map(({ operation }) => operation)
    .filter(({ operationId, tags }) => tags?.[0] === tag && !elsewhere.has(operationId))
    .map(({ operationId }) => step(operationId))
    .sort((a, b) => rank(a.of) - rank(b.of));
}

/** Posts come first: users, votes and sessions are of somebody who has written. */
const TAGS = ['posts', 'votes', 'users', 'auth'];
const ordered = [...document.tags].sort((a, b) => TAGS.indexOf(a.name) - TAGS.indexOf(b.name));

const folder = (name: string, description: string, steps: Step[]) =>
  steps.length > 0 ? [{ name, description, item: steps.map(itemOf) }] : [];

const text = (key: string, value: string) => ({ key, value, type: 'default', enabled: true });
const secret = (key: string, value: string) => ({ key, value, type: 'secret', enabled: true });

const collection = {
  info: {
    name: document.info.title,
    description: `${document.info.description}\n\nChoose an environment and run the collection: it creates two accounts, uses every operation, and deletes both. Or send single requests: *Create an account* makes up a name and a password, *Sign in* keeps the token for the others. To use your own account, set \`username\` and \`password\` in the environment and begin with *Sign in*.`,
    schema: 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json',
  },
  auth: { type: 'bearer', bearer: [{ key: 'token', value: '{{token}}', type: 'string' }] },
  variable: [{ key: 'address', value: ADDRESSES.development }],
  item: [
    ...folder('start', 'Create two accounts and sign in.', START),
    ...ordered.flatMap(({ name, description }) => folder(name, description, stepsOf(name))),
    ...folder('end', 'Sign out, and delete what was created.', END),
  ],
};

derive(path.join(FOLDER, 'ledge.postman_collection.json'), JSON.stringify(collection));

for (const [name, address] of Object.entries(ADDRESSES)) {
  const values = [
    text('address', address),
    text('username', ''),
    text('email', ''),
    secret('password', ''),
    secret('token', ''),
    secret('refresh_token', ''),
  ];
  const environment = { name: `Ledge ${name}`, values, _postman_variable_scope: 'environment' };
  derive(path.join(FOLDER, `${name}.postman_environment.json`), JSON.stringify(environment));
}
