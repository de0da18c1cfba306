// Makes the files that the Worker serves besides those in git: public/vendor and public/app.

import { copyVendor } from './vendor.ts';
import { buildWeb } from './web.ts';

copyVendor();
await buildWeb();
