import { createRouter } from '../../http/context';
import { accounts } from './accounts';
import { activity } from './activity';
import { accountExport } from './export';
import { follows } from './follows';
import { notifications } from './notifications';
import { profiles } from './profiles';
import { roles } from './roles';

/** `/users/me` is registered first: static segments win over parameters. */
export const users = createRouter()
  .route('/', accounts)
  .route('/', accountExport)
  .route('/', notifications)
  .route('/', profiles)
  .route('/', follows)
  .route('/', activity)
  .route('/', roles);
