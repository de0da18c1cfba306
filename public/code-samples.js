// Code that sends an operation of an OpenAPI document, with its own examples, for the reading page.

const PARAMETERS = /\{(\w+)\}/g;

/** A parameter, a body or a header may be named by a reference into the document. */
const resolve = (document, value) =>
  value?.$ref
    ? value.$ref
        .split('/')
        .slice(1)
        .reduce((part, key) => part[key], document)
    : value;

const exampleOf = ({ example, examples, schema } = {}) =>
  example ??
  (Array.isArray(examples) ? examples[0] : Object.values(examples ?? {})[0]?.value) ??
  schema?.example ??
  schema?.examples?.[0];

/** The path with examples for its parameters; a list shows how to ask for a page. */
function addressOf(document, path, operation) {
  const parameters = (operation.parameters ?? []).map((parameter) => resolve(document, parameter));
  const filled = path.replaceAll(PARAMETERS, (whole, name) => {
    const parameter = parameters.find((each) => each.in === 'path' && each.name === name);
    return encodeURIComponent(exampleOf(parameter) ?? whole);
  });
  const query = parameters.filter(
    (parameter) => parameter.in === 'query' && (parameter.required || parameter.name === 'limit'),
  );
  const values = query.map(
    (parameter) => `${parameter.name}=${encodeURIComponent(exampleOf(parameter) ?? 20)}`,
  );
  return filled + (values.length > 0 ? `?${values.join('&')}` : '');
}

/** What is sent: as JSON, if the operation takes it. */
function bodyOf(document, operation) {
  const { content } = resolve(document, operation.requestBody) ?? {};
  const media = content?.['application/json'];
  if (!media) return undefined;
  const example = exampleOf(media);
  return example ?? exampleOf({ schema: resolve(document, media.schema) });
}

const quoteForShell = (text) => `'${text.replaceAll("'", "'\\''")}'`;

/** A literal of Python: JSON, but for three words. */
const python = (value, indent = '') => {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value !== 'object') return JSON.stringify(value);
  const inner = `${indent}    `;
  const parts = Array.isArray(value)
    ? value.map((item) => inner + python(item, inner))
    : Object.entries(value).map(([key, item]) => `${inner}${JSON.stringify(key)}: ${python(item, inner)}`);
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  return parts.length === 0 ? open + close : `${open}\n${parts.join(',\n')},\n${indent}${close}`;
};

const indented = (text, spaces) => text.replaceAll('\n', `\n${' '.repeat(spaces)}`);

function curl({ method, url, needsToken, body }) {
  const lines = [`curl ${method === 'GET' ? '' : `-X ${method} `}${quoteForShell(url)}`];
  if (needsToken) lines.push('-H "Authorization: Bearer $TOKEN"');
  if (body !== undefined)
    lines.push("-H 'Content-Type: application/json'", `-d ${quoteForShell(JSON.stringify(body))}`);
  return lines.join(' \\\n  ');
}

function javascript({ method, url, needsToken, body, hasAnswer }) {
  const headers = [
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the code of the sample fills it in.
    ...(needsToken ? ['Authorization: `Bearer ${token}`'] : []),
    ...(body !== undefined ? ["'Content-Type': 'application/json'"] : []),
  ];
  const options = [
    ...(method === 'GET' ? [] : [`method: '${method}'`]),
    ...(headers.length > 0 ? [`headers: {\n    ${headers.join(',\n    ')},\n  }`] : []),
    ...(body !== undefined ? [`body: JSON.stringify(${indented(JSON.stringify(body, null, 2), 2)})`] : []),
  ];
  const call = options.length > 0 ? `'${url}', {\n  ${options.join(',\n  ')},\n}` : `'${url}'`;
  const rest = hasAnswer ? '\nconst result = await response.json();' : '';
  return `const response = await fetch(${call});\nif (!response.ok) throw new Error((await response.json()).detail);${rest}`;
}

function pythonCall({ method, url, needsToken, body, hasAnswer }) {
  const given = [
    JSON.stringify(url),
    ...(needsToken ? ['headers={"Authorization": f"Bearer {token}"}'] : []),
    ...(body !== undefined ? [`json=${python(body, '    ')}`] : []),
  ];
  // Methods without a body take none in httpx.
  const hasBody = body !== undefined && (method === 'GET' || method === 'DELETE');
  const call = hasBody ? `request(\n    "${method}",\n    ` : `${method.toLowerCase()}(\n    `;
  return `import httpx\n\nresponse = httpx.${call}${given.join(',\n    ')},\n)\nresponse.raise_for_status()${hasAnswer ? '\nresult = response.json()' : ''}`;
}

/** The samples of an operation, in the form of Redoc's `x-codeSamples`. */
function samplesOf(document, origin, path, method, operation) {
  const answers = Object.entries(operation.responses).filter(([status]) => status.startsWith('2'));
  const call = {
    method: method.toUpperCase(),
    url: origin + addressOf(document, path, operation),
    // Where a token is optional, the simplest call is one without.
    needsToken:
      operation.security?.length > 0 &&
      !operation.security.some((scheme) => Object.keys(scheme).length === 0),
    body: bodyOf(document, operation),
    hasAnswer: answers.some(([, answer]) =>
      Object.keys(resolve(document, answer).content ?? {}).some((type) => type.includes('json')),
    ),
  };
  return [
    { lang: 'Shell', label: 'curl', source: curl(call) },
    { lang: 'JavaScript', label: 'JavaScript', source: javascript(call) },
    { lang: 'Python', label: 'Python', source: pythonCall(call) },
  ];
}

/** Adds samples to all operations of a document, for a server at `origin`. */
export function addCodeSamples(document, origin) {
  for (const [path, item] of Object.entries(document.paths))
    for (const [method, operation] of Object.entries(item))
      operation['x-codeSamples'] = samplesOf(document, origin, path, method, operation);
}
