// Copies files of the documentation pages from their packages to public/vendor, from where the Worker serves them.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const require = createRequire(import.meta.url);
const target = path.resolve(import.meta.dirname, '../../public/vendor');

const ASSETS = {
  'swagger-ui-dist': ['swagger-ui.css', 'swagger-ui-bundle.js', 'LICENSE'],
  redoc: ['bundles/redoc.standalone.js', 'bundles/redoc.standalone.js.LICENSE.txt'],
};

/** The only image that Redoc would load from another host, replaced by an empty one. */
const REMOTE_LOGO = 'https://cdn.redoc.ly/redoc/logo-mini.svg';
const EMPTY_IMAGE = 'data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=';

export function copyVendor(): void {
  for (const [name, files] of Object.entries(ASSETS)) {
    const source = path.dirname(require.resolve(`${name}/package.json`));
    mkdirSync(path.join(target, name), { recursive: true });
    for (const file of files) {
      const content = readFileSync(path.join(source, file), 'utf8').replaceAll(REMOTE_LOGO, EMPTY_IMAGE);
      const copy = path.join(target, name, path.basename(file));
      // Wrangler watches the folder: a file that is rewritten restarts every running `wrangler dev`.
      if (!existsSync(copy) || readFileSync(copy, 'utf8') !== content) writeFileSync(copy, content);
    }
  }
}
