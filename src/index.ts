import { scheduled } from './cron';
import { DOCUMENT_SECONDS, openApiDocument } from './docs/document';
import { docs } from './docs/pages';
import { createRouter } from './http/context';
import { shareAnswer } from './http/edge-cache';
import { onError } from './http/error-handler';
import { checkMethod, onNotFound } from './http/methods';
import { handleRequest } from './http/request';
import { auth } from './routes/auth';
import { posts } from './routes/posts';
import { service } from './routes/service';
import { users } from './routes/users';
import { votes } from './routes/votes';
import { orPage, web } from './web/pages';

const app = createRouter();

app.onError(onError);
app.notFound(orPage(app, onNotFound(app)));

app.use(handleRequest);
app.use(checkMethod(app));

app.route('/', web);
app.route('/', service);
app.route('/auth', auth);
app.route('/users', users);
app.route('/posts', posts);
app.route('/votes', votes);
app.route('/', docs);
app.get('/openapi.json', (c) => {
  shareAnswer(c, DOCUMENT_SECONDS);
  return c.json(openApiDocument(app));
});

export default Object.assign(app, { scheduled });
