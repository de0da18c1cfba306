// Parts of a statement that inserts many posts from JSON, each with its tags and with what its content names, as
// `readContent` of the Worker answers it. They need the functions of this release.
import { SCHEMA } from '../../src/db/functions.ts';

export const NAMED_RECORD = 'tags text[], mentions text[], hashtags text[]';
export const NAMED_COLUMNS = 'tags, hashtags, given_tags, mentioned_ids';
export const NAMED_VALUES = `${SCHEMA}.shown_tags(tags, hashtags), hashtags, CASE WHEN hashtags IS NOT NULL THEN tags END,
  CASE WHEN mentions IS NOT NULL THEN nullif(${SCHEMA}.people_named(mentions), '{}') END`;
