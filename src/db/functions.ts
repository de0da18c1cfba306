// Written by `npm run generate` from drizzle/functions: the schema of this release, and what its functions take and return.
import type { Answers, JsonArguments } from './json';

export const SCHEMA = 'ledge_fbce0bfb';

/** A row of `count_stretch` as Postgres writes it. */
export type CountStretch = string & { readonly row?: 'count_stretch' };

/** A row of `event_stretch` as Postgres writes it. */
export type EventStretch = string & { readonly row?: 'event_stretch' };

/** A row of `name_stretch` as Postgres writes it. */
export type NameStretch = string & { readonly row?: 'name_stretch' };

/** A row of `report_stretch` as Postgres writes it. */
export type ReportStretch = string & { readonly row?: 'report_stretch' };

/** A row of `session_stretch` as Postgres writes it. */
export type SessionStretch = string & { readonly row?: 'session_stretch' };

/** A row of `time_stretch` as Postgres writes it. */
export type TimeStretch = string & { readonly row?: 'time_stretch' };

export const FUNCTIONS = {
  add_block: { reads: false, names: ['person', 'session', 'caller'] },
  add_bookmark: { reads: false, names: ['post', 'session', 'caller'] },
  add_follow: { reads: false, names: ['person', 'session', 'caller'] },
  add_mute: { reads: false, names: ['person', 'session', 'caller'] },
  add_vote: { reads: false, names: ['post', 'session', 'caller'] },
  change_password: { reads: false, names: ['password_hash', 'fresh_hash', 'reset', 'session', 'caller'] },
  create_post: {
    reads: false,
    names: [
      'content',
      'published',
      'tags',
      'mentions',
      'hashtags',
      'title',
      'parent_id',
      'key',
      'digest',
      'session',
      'caller',
    ],
  },
  create_reset_code: { reads: false, names: ['email', 'code'] },
  create_user: {
    reads: false,
    names: ['email', 'username', 'password_hash', 'code', 'rest_days', 'bio', 'avatar_url'],
  },
  delete_expired: { reads: false, names: ['kind', 'rows_max'] },
  delete_me: { reads: false, names: ['password_hash', 'rest_days', 'reset', 'session', 'caller'] },
  delete_post: { reads: false, names: ['post', 'versions', 'reason', 'session', 'caller'] },
  delete_rest_of_account: { reads: false, names: [] },
  delete_user: { reads: false, names: ['person', 'rest_days', 'reason', 'session', 'caller'] },
  end_own_session: { reads: false, names: ['session', 'caller'] },
  end_session: { reads: false, names: ['id', 'session', 'caller'] },
  end_sessions: { reads: false, names: ['keep_current', 'session', 'caller'] },
  export_account: { reads: true, names: ['session', 'caller'] },
  export_section: { reads: true, names: ['section', 'after', 'session', 'caller'] },
  finish_login: {
    reads: false,
    names: [
      'id',
      'person',
      'digest',
      'lifetime_seconds',
      'password_hash',
      'reset',
      'fresh_hash',
      'user_agent',
      'replaced',
    ],
  },
  list_audit_entries: { reads: true, names: ['page', 'before', 'whole', 'session', 'caller'] },
  list_blocks: { reads: true, names: ['page', 'before', 'whole', 'session', 'caller'] },
  list_bookmarks: { reads: true, names: ['page', 'before', 'whole', 'session', 'caller'] },
  list_followers: { reads: true, names: ['person', 'page', 'before', 'whole', 'session', 'caller'] },
  list_following: { reads: true, names: ['person', 'page', 'before', 'whole', 'session', 'caller'] },
  list_mutes: { reads: true, names: ['page', 'before', 'whole', 'session', 'caller'] },
  list_notifications: { reads: true, names: ['page', 'before', 'whole', 'kind', 'session', 'caller'] },
  list_own_posts: { reads: true, names: ['page', 'before', 'whole', 'published', 'session', 'caller'] },
  list_posts: {
    reads: true,
    names: [
      'page',
      'kinds',
      'before',
      'whole',
      'search',
      'in_title',
      'author',
      'tag',
      'ids',
      'session',
      'caller',
    ],
  },
  list_posts_of_user: {
    reads: true,
    names: ['person', 'page', 'kinds', 'before', 'whole', 'session', 'caller'],
  },
  list_posts_voted_by: { reads: true, names: ['person', 'page', 'before', 'whole', 'session', 'caller'] },
  list_replies: { reads: true, names: ['post', 'page', 'before', 'whole', 'session', 'caller'] },
  list_reports: { reads: true, names: ['page', 'before', 'whole', 'session', 'caller'] },
  list_sessions: { reads: true, names: ['page', 'before', 'whole', 'session', 'caller'] },
  list_tags: { reads: true, names: ['page', 'before', 'whole', 'session', 'caller'] },
  list_timeline: {
    reads: true,
    names: ['page', 'kinds', 'include_self', 'before', 'whole', 'session', 'caller'],
  },
  list_top_posts: {
    reads: true,
    names: [
      'page',
      'kinds',
      'before',
      'whole',
      'since',
      'until',
      'search',
      'in_title',
      'author',
      'tag',
      'ids',
      'session',
      'caller',
    ],
  },
  list_users: { reads: true, names: ['page', 'before', 'whole', 'search', 'ids', 'session', 'caller'] },
  list_versions: { reads: true, names: ['post', 'page', 'before', 'whole', 'session', 'caller'] },
  list_voted_posts: { reads: true, names: ['posts', 'session', 'caller'] },
  list_voters: { reads: true, names: ['post', 'page', 'before', 'whole', 'session', 'caller'] },
  read_feed: { reads: true, names: ['page', 'before', 'whole', 'person', 'tag', 'session', 'caller'] },
  read_me: { reads: true, names: ['session', 'caller'] },
  read_notifications: { reads: false, names: ['up_to', 'session', 'caller'] },
  read_post: { reads: true, names: ['post', 'session', 'caller'] },
  read_thread: { reads: true, names: ['post', 'posts_max', 'depth_max', 'bytes_max', 'session', 'caller'] },
  read_user: { reads: true, names: ['person', 'session', 'caller'] },
  remove_block: { reads: false, names: ['person', 'session', 'caller'] },
  remove_bookmark: { reads: false, names: ['post', 'session', 'caller'] },
  remove_follow: { reads: false, names: ['person', 'session', 'caller'] },
  remove_mute: { reads: false, names: ['person', 'session', 'caller'] },
  remove_vote: { reads: false, names: ['post', 'session', 'caller'] },
  renew_email_code: { reads: false, names: ['code', 'session', 'caller'] },
  report_post: { reads: false, names: ['post', 'reason', 'comment', 'session', 'caller'] },
  report_user: { reads: false, names: ['person', 'reason', 'comment', 'session', 'caller'] },
  reset_password: { reads: false, names: ['person', 'digest', 'fresh_hash', 'reset'] },
  rotate_session: {
    reads: false,
    names: ['id', 'presented', 'issued', 'successor', 'sealed', 'grace_seconds'],
  },
  schema_version: { reads: true, names: [] },
  set_role: { reads: false, names: ['person', 'role', 'session', 'caller'] },
  start_confirmation: { reads: false, names: ['attempt', 'session', 'caller'] },
  start_login: { reads: false, names: ['name', 'attempt'] },
  try_reset_code: { reads: false, names: ['email', 'presented', 'tries_max'] },
  update_me: {
    reads: false,
    names: ['change', 'code', 'rest_days', 'versions', 'reset', 'session', 'caller'],
  },
  update_post: { reads: false, names: ['post', 'change', 'versions', 'session', 'caller'] },
  update_report: { reads: false, names: ['report', 'change', 'session', 'caller'] },
  verify_email: { reads: false, names: ['presented', 'tries_max', 'session', 'caller'] },
} as const satisfies Record<string, { reads: boolean; names: readonly string[] }>;

export interface FunctionTypes {
  add_block: { values: { person: string }; answer: Answers['add_block'] };
  add_bookmark: { values: { post: number }; answer: boolean | null };
  add_follow: { values: { person: string }; answer: Answers['add_follow'] };
  add_mute: { values: { person: string }; answer: Answers['add_mute'] };
  add_vote: { values: { post: number }; answer: Answers['add_vote'] };
  change_password: {
    values: { password_hash: string; fresh_hash: string; reset: JsonArguments['change_password']['reset'] };
    answer: Answers['change_password'];
  };
  create_post: {
    values: {
      content: string;
      published: boolean;
      tags: string[];
      mentions?: string[] | null | undefined;
      hashtags?: string[] | null | undefined;
      title?: string | null | undefined;
      parent_id?: number | null | undefined;
      key?: string | null | undefined;
      digest?: string | null | undefined;
    };
    answer: Answers['create_post'];
  };
  create_reset_code: {
    values: { email: string; code: JsonArguments['create_reset_code']['code'] };
    answer: Answers['create_reset_code'];
  };
  create_user: {
    values: {
      email: string;
      username: string;
      password_hash: string;
      code: JsonArguments['create_user']['code'];
      rest_days: number;
      bio?: string | null | undefined;
      avatar_url?: string | null | undefined;
    };
    answer: Answers['create_user'];
  };
  delete_expired: { values: { kind: string; rows_max: number }; answer: number | null };
  delete_me: {
    values: { password_hash: string; rest_days: number; reset: JsonArguments['delete_me']['reset'] };
    answer: Answers['delete_me'];
  };
  delete_post: {
    values: { post: number; versions?: number[] | null | undefined; reason?: string | null | undefined };
    answer: Answers['delete_post'];
  };
  delete_rest_of_account: { values: Record<string, never>; answer: boolean | null };
  delete_user: {
    values: { person: string; rest_days: number; reason?: string | null | undefined };
    answer: Answers['delete_user'];
  };
  end_own_session: { values: Record<string, never>; answer: boolean | null };
  end_session: { values: { id: string }; answer: boolean | null };
  end_sessions: { values: { keep_current: boolean }; answer: number | null };
  export_account: { values: Record<string, never>; answer: Answers['export_account'] };
  export_section: {
    values: { section: string; after: JsonArguments['export_section']['after'] };
    answer: Answers['export_section'];
  };
  finish_login: {
    values: {
      id: string;
      person: number;
      digest: string;
      lifetime_seconds: number;
      password_hash: string;
      reset: JsonArguments['finish_login']['reset'];
      fresh_hash?: string | null | undefined;
      user_agent?: string | null | undefined;
      replaced?: string | null | undefined;
    };
    answer: boolean | null;
  };
  list_audit_entries: {
    values: {
      page: TimeStretch;
      before?: TimeStretch | null | undefined;
      whole?: TimeStretch | null | undefined;
    };
    answer: Answers['list_audit_entries'];
  };
  list_blocks: {
    values: {
      page: TimeStretch;
      before?: TimeStretch | null | undefined;
      whole?: TimeStretch | null | undefined;
    };
    answer: Answers['list_blocks'];
  };
  list_bookmarks: {
    values: {
      page: TimeStretch;
      before?: TimeStretch | null | undefined;
      whole?: TimeStretch | null | undefined;
    };
    answer: Answers['list_bookmarks'];
  };
  list_followers: {
    values: {
      person: string;
      page: TimeStretch;
      before?: TimeStretch | null | undefined;
      whole?: TimeStretch | null | undefined;
    };
    answer: Answers['list_followers'];
  };
  list_following: {
    values: {
      person: string;
      page: TimeStretch;
      before?: TimeStretch | null | undefined;
      whole?: TimeStretch | null | undefined;
    };
    answer: Answers['list_following'];
  };
  list_mutes: {
    values: {
      page: TimeStretch;
      before?: TimeStretch | null | undefined;
      whole?: TimeStretch | null | undefined;
    };
    answer: Answers['list_mutes'];
  };
  list_notifications: {
    values: {
      page: EventStretch;
      before?: EventStretch | null | undefined;
      whole?: EventStretch | null | undefined;
      kind?: string | null | undefined;
    };
    answer: Answers['list_notifications'];
  };
  list_own_posts: {
    values: {
      page: TimeStretch;
      before?: TimeStretch | null | undefined;
      whole?: TimeStretch | null | undefined;
      published?: boolean | null | undefined;
    };
    answer: Answers['list_own_posts'];
  };
  list_posts: {
    values: {
      page: TimeStretch;
      kinds: boolean[];
      before?: TimeStretch | null | undefined;
      whole?: TimeStretch | null | undefined;
      search?: string | null | undefined;
      in_title?: boolean | null | undefined;
      author?: string | null | undefined;
      tag?: string | null | undefined;
      ids?: number[] | null | undefined;
    };
    answer: Answers['list_posts'];
  };
  list_posts_of_user: {
    values: {
      person: string;
      page: TimeStretch;
      kinds: boolean[];
      before?: TimeStretch | null | undefined;
      whole?: TimeStretch | null | undefined;
    };
    answer: Answers['list_posts_of_user'];
  };
  list_posts_voted_by: {
    values: {
      person: string;
      page: TimeStretch;
      before?: TimeStretch | null | undefined;
      whole?: TimeStretch | null | undefined;
    };
    answer: Answers['list_posts_voted_by'];
  };
  list_replies: {
    values: {
      post: number;
      page: TimeStretch;
      before?: TimeStretch | null | undefined;
      whole?: TimeStretch | null | undefined;
    };
    answer: Answers['list_replies'];
  };
  list_reports: {
    values: {
      page: ReportStretch;
      before?: ReportStretch | null | undefined;
      whole?: ReportStretch | null | undefined;
    };
    answer: Answers['list_reports'];
  };
  list_sessions: {
    values: {
      page: SessionStretch;
      before?: SessionStretch | null | undefined;
      whole?: SessionStretch | null | undefined;
    };
    answer: Answers['list_sessions'];
  };
  list_tags: {
    values: {
      page: NameStretch;
      before?: NameStretch | null | undefined;
      whole?: NameStretch | null | undefined;
    };
    answer: Answers['list_tags'];
  };
  list_timeline: {
    values: {
      page: TimeStretch;
      kinds: boolean[];
      include_self: boolean;
      before?: TimeStretch | null | undefined;
      whole?: TimeStretch | null | undefined;
    };
    answer: Answers['list_timeline'];
  };
  list_top_posts: {
    values: {
      page: CountStretch;
      kinds: boolean[];
      before?: CountStretch | null | undefined;
      whole?: TimeStretch | null | undefined;
      since?: string | null | undefined;
      until?: string | null | undefined;
      search?: string | null | undefined;
      in_title?: boolean | null | undefined;
      author?: string | null | undefined;
      tag?: string | null | undefined;
      ids?: number[] | null | undefined;
    };
    answer: Answers['list_top_posts'];
  };
  list_users: {
    values: {
      page: TimeStretch;
      before?: TimeStretch | null | undefined;
      whole?: TimeStretch | null | undefined;
      search?: string | null | undefined;
      ids?: number[] | null | undefined;
    };
    answer: Answers['list_users'];
  };
  list_versions: {
    values: {
      post: number;
      page: CountStretch;
      before?: CountStretch | null | undefined;
      whole?: CountStretch | null | undefined;
    };
    answer: Answers['list_versions'];
  };
  list_voted_posts: { values: { posts: number[] }; answer: Answers['list_voted_posts'] };
  list_voters: {
    values: {
      post: number;
      page: TimeStretch;
      before?: TimeStretch | null | undefined;
      whole?: TimeStretch | null | undefined;
    };
    answer: Answers['list_voters'];
  };
  read_feed: {
    values: {
      page: TimeStretch;
      before?: TimeStretch | null | undefined;
      whole?: TimeStretch | null | undefined;
      person?: string | null | undefined;
      tag?: string | null | undefined;
    };
    answer: Answers['read_feed'];
  };
  read_me: { values: Record<string, never>; answer: Answers['read_me'] };
  read_notifications: { values: { up_to: string }; answer: unknown };
  read_post: { values: { post: number }; answer: Answers['read_post'] };
  read_thread: {
    values: { post: number; posts_max: number; depth_max: number; bytes_max: number };
    answer: Answers['read_thread'];
  };
  read_user: { values: { person: string }; answer: Answers['read_user'] };
  remove_block: { values: { person: string }; answer: Answers['remove_block'] };
  remove_bookmark: { values: { post: number }; answer: boolean | null };
  remove_follow: { values: { person: string }; answer: Answers['remove_follow'] };
  remove_mute: { values: { person: string }; answer: Answers['remove_mute'] };
  remove_vote: { values: { post: number }; answer: Answers['remove_vote'] };
  renew_email_code: {
    values: { code: JsonArguments['renew_email_code']['code'] };
    answer: Answers['renew_email_code'];
  };
  report_post: {
    values: { post: number; reason: string; comment?: string | null | undefined };
    answer: Answers['report_post'];
  };
  report_user: {
    values: { person: string; reason: string; comment?: string | null | undefined };
    answer: Answers['report_user'];
  };
  reset_password: {
    values: {
      person: number;
      digest: string;
      fresh_hash: string;
      reset: JsonArguments['reset_password']['reset'];
    };
    answer: Answers['reset_password'];
  };
  rotate_session: {
    values: {
      id: string;
      presented: string;
      issued: boolean;
      successor: string;
      sealed: string;
      grace_seconds: number;
    };
    answer: Answers['rotate_session'];
  };
  schema_version: { values: Record<string, never>; answer: Answers['schema_version'] };
  set_role: { values: { person: string; role: string }; answer: Answers['set_role'] };
  start_confirmation: {
    values: { attempt: JsonArguments['start_confirmation']['attempt'] };
    answer: Answers['start_confirmation'];
  };
  start_login: {
    values: { name: string; attempt: JsonArguments['start_login']['attempt'] };
    answer: Answers['start_login'];
  };
  try_reset_code: {
    values: { email: string; presented: string; tries_max: number };
    answer: Answers['try_reset_code'];
  };
  update_me: {
    values: {
      change: JsonArguments['update_me']['change'];
      code: JsonArguments['update_me']['code'];
      rest_days: number;
      versions?: number[] | null | undefined;
      reset?: JsonArguments['update_me']['reset'] | null | undefined;
    };
    answer: Answers['update_me'];
  };
  update_post: {
    values: {
      post: number;
      change: JsonArguments['update_post']['change'];
      versions?: number[] | null | undefined;
    };
    answer: Answers['update_post'];
  };
  update_report: {
    values: { report: number; change: JsonArguments['update_report']['change'] };
    answer: Answers['update_report'];
  };
  verify_email: { values: { presented: string; tries_max: number }; answer: Answers['verify_email'] };
}

export type FunctionName = keyof FunctionTypes & keyof typeof FUNCTIONS;
