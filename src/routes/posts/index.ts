import { createRouter } from '../../http/context';
import { bookmarks } from './bookmarks';
import { conversations } from './conversations';
import { creation } from './creation';
import { feed } from './feed';
import { lists } from './lists';
import { post } from './post';
import { reports } from './reports';

/** `/posts/mine` and other static paths are registered first: they win over an id. */
export const posts = createRouter()
  .route('/', lists)
  .route('/', feed)
  .route('/', reports)
  .route('/', creation)
  .route('/', conversations)
  .route('/', post)
  .route('/', bookmarks);
