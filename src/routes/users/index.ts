import { createRouter } from '../../http/context';
import { accounts } from './accounts';
import { activity } from './activity';
import { exported } from './export';
import { follows } from './follows';
import { profiles } from './profiles';
import { roles } from './roles';

/** `/users/me` comes first: a word in a path wins over a name. */
export const users = createRouter()
  .route('/', accounts)
  .route('/', exported)
  .route('/', profiles)
  .route('/', follows)
  .route('/', activity)
  .route('/', roles);
