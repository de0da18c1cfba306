/** The options of every command. */
export interface Options {
  env?: 'development' | 'staging' | 'production';
  databaseUrlEnv: string;
  json?: boolean;
}
