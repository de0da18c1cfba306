import type { Environment } from '../postgres/environment.ts';

/** The options of every command. */
export interface Options {
  env?: Environment;
  databaseUrlEnv: string;
  json?: boolean;
}

/** The end of a help text: how a command is called. */
export const examples = (...calls: string[]) =>
  `\nFor example:\n${calls.map((call) => `  npm run ledge -- ${call}`).join('\n')}`;
