import { bodyLimit } from 'hono/body-limit';
import { methodNotAllowed } from 'hono/method-not-allowed';
import { requestId } from 'hono/request-id';
import { scheduled } from './cron';
import { openDatabase } from './db/database';
import { openApiDocument } from './docs/document';
import { docs } from './docs/pages';
import { readSettings } from './env';
import { createRouter } from './http/context';
import { answerProblem, onError, onNotFound } from './http/error-handler';
import { crossOrigin, hardened } from './http/headers';
import { logged } from './http/request-log';
import { Problem } from './problems';
import { auth } from './routes/auth';
import { posts } from './routes/posts';
import { service } from './routes/service';
import { users } from './routes/users';
import { votes } from './routes/votes';
import { identified } from './security/guard';
import { limited } from './security/limits';

const BODY_BYTES_MAX = 64 * 1024;

const app = createRouter();

app.onError(onError);
app.notFound(onNotFound);

app.use(requestId());
app.use(logged);
app.use(hardened);
app.use(async (c, next) => {
  c.set('settings', readSettings(c.env));
  c.set('db', openDatabase(c.var.settings));
  c.set('caller', { user: null, session: null });
  c.set('refusal', null);
  await next();
});
app.use(crossOrigin);
app.use(
  methodNotAllowed({
    app,
    onMethodNotAllowed: (c, methods) =>
      answerProblem(
        c,
        new Problem('method_not_allowed', `${c.req.method} is not possible here.`, {
          headers: { Allow: methods.join(', ') },
        }),
      ),
  }),
);
app.use(
  bodyLimit({
    maxSize: BODY_BYTES_MAX,
    onError: () => {
      throw new Problem('body_too_large');
    },
  }),
);
app.use(identified);
app.use(limited);

app.route('/', service);
app.route('/auth', auth);
app.route('/users', users);
app.route('/posts', posts);
app.route('/votes', votes);
app.route('/', docs);
app.get('/openapi.json', (c) => c.json(openApiDocument(app)));

export default Object.assign(app, { scheduled });
