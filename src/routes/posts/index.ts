import { createRouter } from '../../http/context';
import { bookmarks } from './bookmarks';
import { conversations } from './conversations';
import { creation } from './creation';
import { lists } from './lists';
import { post } from './post';

/** `/posts/mine` and other static paths are registered first: they win over an id. */
export const posts = createRouter()
  .route('/', lists)
  .route('/', creation)
  .route('/', conversations)
  .route('/', post)
  .route('/', bookmarks);
