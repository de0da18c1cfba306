// The page that tries operations out: Swagger UI, with the sign-in of this API.
import { referencesPlugin } from './docs-references.js';
import { restoreSignIn, signInPlugin } from './docs-sign-in.js';

const { SwaggerUIBundle } = globalThis;
const answer = await fetch('/openapi.json');
if (!answer.ok) throw new Error(`/openapi.json answered ${answer.status}`);
const api = await answer.json();

// What has to be known before the first call stands in the reference, so that the operations begin on the first screen.
const [introduction = ''] = api.info.description.split('\n## ', 1);
api.info.description = `${introduction.trim()}\n\n[The reference](/redoc) explains authentication, pagination, errors and limits. Examples use the data of \`npm run ledge -- seed\`.`;

globalThis.ui = SwaggerUIBundle({
  spec: api,
  dom_id: '#swagger-ui',
  deepLinking: true,
  displayRequestDuration: true,
  tryItOutEnabled: true,
  validatorUrl: null,
  plugins: [signInPlugin, referencesPlugin],
  onComplete: () => restoreSignIn(globalThis.ui.getSystem()),
});
