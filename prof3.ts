import { existsSync, readFileSync, writeFileSync } from 'node:fs';

let t0 = performance.now();
const at = (w: string) => {
  console.log(((performance.now() - t0) / 1000).toFixed(2), w);
  t0 = performance.now();
};

import { PGlite } from '@electric-sql/pglite';
import { btree_gin } from '@electric-sql/pglite/contrib/btree_gin';
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm';

const f = '/tmp/pg.tar';
at('import');
if (existsSync(f)) {
  const b = new Blob([readFileSync(f)]);
  at('read');
  const a = await PGlite.create({ loadDataDir: b, extensions: { pg_trgm, btree_gin } });
  at('load create');
  await a.query('select 1');
  at('q');
} else {
  const a = await PGlite.create({ extensions: { pg_trgm, btree_gin } });
  at('create');
  writeFileSync(f, Buffer.from(await (await a.dumpDataDir('none')).arrayBuffer()));
  at('dump');
}
