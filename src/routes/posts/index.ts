import { createRouter } from '../../http/context';
import { conversations } from './conversations';
import { creation } from './creation';
import { lists } from './lists';
import { post } from './post';

/** `/posts/mine` and its like come first: a word in a path wins over an id. */
export const posts = createRouter()
  .route('/', lists)
  .route('/', creation)
  .route('/', conversations)
  .route('/', post);
