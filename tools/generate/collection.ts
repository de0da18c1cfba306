// Writes the Postman collection and its environments from openapi.json. Bruno and Insomnia can import it, too.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { ApiDocument, Operation, Schema } from './document.ts';
import { derive } from './write-generated.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const FOLDER = path.join(ROOT, 'docs/postman');
const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

const ADDRESSES = {
  development: 'http://localhost:8787',
  staging: 'https://ledge-staging.example.workers.dev',
  production: 'https://ledge-production.example.workers.dev',
};

/** Variables of the environment: their values must not be in the collection, which people share. */
const PERSON = { username: '{{username}}', email: '{{email}}', password: '{{password}}' };

/** Runs after signing in and refreshing, to store the tokens in the environment for the other requests. */
const KEEP_TOKENS = [
  'if (pm.response.code === 200) {',
  '  const { access_token, refresh_token } = pm.response.json();',
  "  pm.environment.set('token', access_token);",
  "  pm.environment.set('refresh_token', refresh_token);",
  '}',
];

/** Bodies that use variables of the environment instead of the document's examples. */
const BODIES: Record<string, Record<string, unknown>> = {
  register: PERSON,
  login: { username: PERSON.username, password: PERSON.password },
  refresh: { refresh_token: '{{refresh_token}}' },
  forgotPassword: { email: PERSON.email },
  resetPassword: { email: PERSON.email, code: '', new_password: PERSON.password },
  changePassword: { current_password: PERSON.password, new_password: PERSON.password },
  deleteMe: { current_password: PERSON.password },
};

const document = JSON.parse(readFileSync(path.join(ROOT, 'openapi.json'), 'utf8')) as ApiDocument;

function bodyOf({ operationId, requestBody }: Operation) {
  const [[kind, media] = []] = Object.entries(requestBody?.content ?? {});
  if (!kind || !media) return {};
  const value = BODIES[operationId] ?? media.example;
  if (kind === 'application/x-www-form-urlencoded') {
    const urlencoded = Object.entries(value as object).map(([key, text]) => ({ key, value: String(text) }));
    return { body: { mode: 'urlencoded', urlencoded } };
  }
  const raw = JSON.stringify(value, null, 2);
  return { body: { mode: 'raw', raw, options: { raw: { language: 'json' } } } };
}

function requestOf(route: string, method: string, operation: Operation) {
  const parameters = (place: string) => (operation.parameters ?? []).filter((one) => one.in === place);
  const textOf = ({ schema, example }: { schema: Schema; example?: unknown }) =>
    String(example ?? schema.example ?? schema.default ?? schema.examples?.[0] ?? '');
  const optional = (place: string) =>
    parameters(place).map((one) => ({
      key: one.name,
      value: textOf(one),
      description: one.description ?? '',
      disabled: !one.required,
    }));
  const segments = route
    .split('/')
    .filter(Boolean)
    .map((part) => part.replace(/^\{(.*)\}$/, ':$1'));
  const required = optional('query').filter(({ disabled }) => !disabled);
  const query = required.map(({ key, value }) => `${key}=${value}`).join('&');
  const isPublic = operation.security?.length === 0 || operation.security === undefined;
  return {
    method: method.toUpperCase(),
    description: operation.description ?? '',
    header: optional('header'),
    ...(isPublic && { auth: { type: 'noauth' } }),
    ...bodyOf(operation),
    url: {
      raw: `{{address}}/${segments.join('/')}${query && `?${query}`}`,
      host: ['{{address}}'],
      path: segments,
      query: optional('query'),
      variable: parameters('path').map((one) => ({ key: one.name, value: textOf(one) })),
    },
  };
}

const keepsTokens = ({ operationId }: Operation) => operationId === 'login' || operationId === 'refresh';

function itemsOf(tag: string) {
  return Object.entries(document.paths).flatMap(([route, item]) =>
    METHODS.flatMap((method) => {
      const operation = item[method];
      if (!operation?.tags?.includes(tag)) return [];
      const event = [{ listen: 'test', script: { type: 'text/javascript', exec: KEEP_TOKENS } }];
      const request = requestOf(route, method, operation);
      return [{ name: operation.summary, ...(keepsTokens(operation) && { event }), request }];
    }),
  );
}

const collection = {
  info: {
    name: document.info.title,
    description: `${document.info.description}\n\nChoose an environment, register, sign in: the token is kept there.`,
    schema: 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json',
  },
  auth: { type: 'bearer', bearer: [{ key: 'token', value: '{{token}}', type: 'string' }] },
  item: document.tags.map(({ name, description }) => ({ name, description, item: itemsOf(name) })),
};

derive(path.join(FOLDER, 'ledge.postman_collection.json'), JSON.stringify(collection));

for (const [name, address] of Object.entries(ADDRESSES)) {
  const text = (key: string, value: string) => ({ key, value, type: 'default', enabled: true });
  const secret = (key: string, value: string) => ({ key, value, type: 'secret', enabled: true });
  const values = [
    text('address', address),
    text('username', 'ada'),
    text('email', 'ada@example.com'),
    // The password of the README's tour, in development only.
    secret('password', name === 'development' ? 'analytical engine' : ''),
    secret('token', ''),
    secret('refresh_token', ''),
  ];
  const environment = { name: `Ledge ${name}`, values, _postman_variable_scope: 'environment' };
  derive(path.join(FOLDER, `${name}.postman_environment.json`), JSON.stringify(environment));
}
