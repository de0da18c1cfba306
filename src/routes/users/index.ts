import { createRouter } from '../../http/context';
import { accounts } from './accounts';
import { activity } from './activity';
import { blocks } from './blocks';
import { accountExport } from './export';
import { feed } from './feed';
import { follows } from './follows';
import { notifications } from './notifications';
import { profiles } from './profiles';
import { reports } from './reports';
import { roles } from './roles';

/** `/users/me` is registered first: static segments win over parameters. */
export const users = createRouter()
  .route('/', accounts)
  .route('/', accountExport)
  .route('/', notifications)
  .route('/', profiles)
  .route('/', follows)
  .route('/', blocks)
  .route('/', activity)
  .route('/', feed)
  .route('/', reports)
  .route('/', roles);
