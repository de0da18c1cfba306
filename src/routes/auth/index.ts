import { createRouter } from '../../http/context';
import { email } from './email';
import { password } from './password';
import { sessions } from './sessions';
import { tokens } from './tokens';

export const auth = createRouter()
  .route('/', tokens)
  .route('/sessions', sessions)
  .route('/password', password)
  .route('/email', email);
