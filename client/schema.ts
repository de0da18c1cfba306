// Written by `npm run generate` from openapi.json.
import type { Hono } from 'hono';
import type { BlankEnv } from 'hono/types';
import type { StatusCode } from 'hono/utils/http-status';

type Answer<Input, Output, Status extends StatusCode> = {
  input: Input;
  output: Output;
  outputFormat: Output extends null ? 'body' : 'json';
  status: Status;
};

/** The problems that a call can answer: the codes of each status. */
type Refusals<Input, Codes extends { [Status in StatusCode]?: Problem['code'] }> = {
  [Status in keyof Codes & StatusCode]: Answer<Input, Problem & { code: Codes[Status] }, Status>;
}[keyof Codes & StatusCode];

/** An error (RFC 9457). */
export type Problem = {
  type: 'about:blank';
  title: string;
  status: number;
  /** The kind of error, for programs. Codes do not change. */
  code:
    | 'code_invalid'
    | 'code_expired'
    | 'malformed_body'
    | 'malformed_url'
    | 'token_missing'
    | 'token_invalid'
    | 'token_expired'
    | 'token_revoked'
    | 'invalid_credentials'
    | 'wrong_password'
    | 'admin_only'
    | 'use_own_account'
    | 'blocked'
    | 'cross_origin'
    | 'not_owner'
    | 'not_found'
    | 'session_not_found'
    | 'post_not_found'
    | 'parent_not_found'
    | 'user_not_found'
    | 'report_not_found'
    | 'vote_not_found'
    | 'method_not_allowed'
    | 'already_voted'
    | 'already_reported'
    | 'email_taken'
    | 'username_taken'
    | 'last_admin'
    | 'precondition_failed'
    | 'body_too_large'
    | 'unsupported_media_type'
    | 'invalid_input'
    | 'cannot_follow_self'
    | 'cannot_block_self'
    | 'cannot_mute_self'
    | 'cannot_report_self'
    | 'idempotency_key_reused'
    | 'rate_limited'
    | 'too_many_tries'
    | 'internal_error'
    | 'misconfigured'
    | 'database_unavailable'
    | 'overloaded'
    | 'schema_outdated';
  /** What went wrong, for people. */
  detail: string;
  /** Identifies the request when you report a problem. Also in the header `X-Request-Id`. */
  request_id: string;
  /** Which values of the input are wrong, and why. Only with `invalid_input`. */
  errors?: { path: string; code: string; message: string }[];
};

export type Welcome = {
  name: string;
  version: string;
  links: { docs: string; reference: string; openapi: string; health: string; ready: string };
};

export type Health = { status: 'ok' };

export type TokenPair = {
  /** A JWT. Send it as `Authorization: Bearer …`. */ access_token: string;
  token_type: 'bearer';
  /** Seconds until the access token expires. */
  expires_in: number;
  /** For `POST /auth/refresh`. Can be used once. Left out with `Ledge-Session: cookie`: it is in the cookie. */
  refresh_token?: string;
  /** Seconds until the session expires. */
  refresh_expires_in: number;
};

export type TokenRequest = unknown | unknown;

export type Refresh = {
  grant_type?: string;
  /** Required without `Ledge-Session: cookie`. */
  refresh_token?: string;
  scope?: string;
  client_id?: string;
  client_secret?: string;
};

export type Session = {
  id: string;
  created_at: string;
  /** When the session started or last refreshed its tokens. */
  last_used_at: string;
  user_agent: string | null;
  /** Whether this is the session that you are using. */
  current: boolean;
};

export type PageInfo = {
  limit: number;
  /** Send it as `cursor` to get the next page. Null if this is the last page. */
  next_cursor: string | null;
  /** Send it as `cursor` to get the previous page. Null if this is the first page. */
  prev_cursor: string | null;
  /** The total number of items; only with `total=true`. Null if the list is filtered and has more than 10,000. */
  total?: number | null;
};

export type PasswordChange = { current_password: string; new_password: string };

export type Accepted = { message: string };

export type ForgottenPassword = { email: string };

export type PasswordReset = {
  email: string;
  /** The code from the email. Case, spaces and dashes are ignored. */
  code: string;
  new_password: string;
};

export type EmailVerification = {
  /** The code from the email. Case, spaces and dashes are ignored. */ code: string;
};

export type Me = {
  id: number;
  username: string;
  bio: string | null;
  avatar_url: string | null;
  created_at: string;
  /** The number of published posts, including replies. */
  posts: number;
  followers: number;
  following: number;
  /** Whether you follow this user, whether this user follows you, and whether you block or mute this user. Null if you are not signed in. */
  viewer: { following: boolean; followed_by: boolean; blocking: boolean; muting: boolean } | null;
  email: string;
  email_verified: boolean;
  role: 'user' | 'admin';
  /** The number of unread notifications; 100 stands for 100 or more. */
  unread_notifications: number;
};

export type Registration = {
  email: string;
  password: string;
  /** If you leave it out, the server chooses one. */
  username?: string | null;
  bio?: string | null;
  /** On a public host, without a name or a password in it. */
  avatar_url?: string | null;
};

export type AccountPatch = {
  username?: string;
  bio?: string | null;
  /** On a public host, without a name or a password in it. */
  avatar_url?: string | null;
  /** Replaces the old address once it is verified. Needs `current_password`. */
  email?: string;
  current_password?: string;
};

export type AccountRemoval = { current_password: string };

export type Export = {
  account: {
    id: number;
    username: string;
    bio: string | null;
    avatar_url: string | null;
    created_at: string;
    /** The number of published posts, including replies. */
    posts: number;
    followers: number;
    following: number;
    email: string;
    email_verified: boolean;
    role: 'user' | 'admin';
    /** Notifications up to this time are read. */
    notifications_read_at: string;
  };
  /** Usernames that you gave up, and until when they are reserved for you. Only digests of them are stored. */
  resting_usernames: { expires_at: string }[];
  sessions: {
    id: string;
    created_at: string;
    /** When the session started or last refreshed its tokens. */
    last_used_at: string;
    user_agent: string | null;
    expires_at: string;
  }[];
  /** Codes that were sent by email and not used yet. The codes themselves are not included. */
  codes: { purpose: 'password' | 'email'; email: string; created_at: string; expires_at: string }[];
  idempotency_keys: { key: string; created_at: string }[];
  /** Including drafts and replies. */
  posts: {
    id: number;
    /** The id of the post that this one replies to. Null if it is not a reply. */
    parent_id: number | null;
    title: string | null;
    content: string;
    /** Those that were given, and then the hashtags of the content: 10 at most. */
    tags: string[];
    /** Whom the content mentions, in order of first appearance, by the names that they have now. */
    mentions: { id: number; username: string }[];
    /** False for a draft, which only its owner can see. */
    published: boolean;
    /** When the post or its draft was created. */
    created_at: string;
    /** When it was first published. Null if it never was. Posts are sorted and filtered by this time. */
    published_at: string | null;
    /** When it was last changed. Null if it never was. */
    edited_at: string | null;
  }[];
  post_versions: {
    title: string | null;
    content: string;
    /** Those that were given, and then the hashtags of the content: 10 at most. */
    tags: string[];
    /** Whom the content mentions, in order of first appearance, by the names that they have now. */
    mentions: { id: number; username: string }[];
    /** When the post or its draft was created. */
    created_at: string;
    post_id: number;
  }[];
  votes: { post_id: number; created_at: string }[];
  bookmarks: { post_id: number; created_at: string }[];
  following: { user_id: number; created_at: string }[];
  followers: { user_id: number; created_at: string }[];
  /** The users whom you block. */
  blocks: { user_id: number; created_at: string }[];
  /** The users whom you mute. */
  mutes: { user_id: number; created_at: string }[];
  /** What you reported. */
  reports: Report[];
  /** What you did as an admin. */
  moderation: {
    action:
      | 'post_deleted'
      | 'user_deleted'
      | 'user_promoted'
      | 'user_demoted'
      | 'report_resolved'
      | 'report_reopened';
    /** The user to whom it was done: the author of the post, or the reported user. */
    user_id: number;
    /** The deleted or the reported post. */
    post_id: number | null;
    /** The report that was resolved or reopened. */
    report_id: number | null;
    /** The `reason` of the deletion, or the `note` of the report. */
    reason: string | null;
    created_at: string;
  }[];
};

export type Report = {
  id: number;
  /** The reported post. Null if the report is about a user. */
  post_id: number | null;
  /** The reported user, or the author of the reported post. */
  user_id: number;
  /** What is wrong with it. */
  reason: 'spam' | 'abuse' | 'illegal' | 'other';
  comment: string | null;
  /** `open` until an admin resolves it. */
  status: 'open' | 'resolved';
  created_at: string;
  resolved_at: string | null;
};

export type Notification = {
  kind: 'reply' | 'mention' | 'follow' | 'vote';
  /** When it happened: for a reply or a mention, when the post was first published; for votes, the latest of them. */
  at: string;
  user: User;
  /** The latest 5 who voted, latest first. Otherwise only `user`. */
  users: User[];
  /** How many users voted; 100 stands for 100 or more. Otherwise 1. */
  count: number;
  /** The reply, the post that mentions you, or the post that was voted for. Null for a follow. */
  post: Post | null;
  read: boolean;
};

export type User = {
  id: number;
  username: string;
  bio: string | null;
  avatar_url: string | null;
  created_at: string;
  /** The number of published posts, including replies. */
  posts: number;
  followers: number;
  following: number;
  /** Whether you follow this user, whether this user follows you, and whether you block or mute this user. Null if you are not signed in. */
  viewer: { following: boolean; followed_by: boolean; blocking: boolean; muting: boolean } | null;
  /** For admins only. */
  email?: string;
  /** For admins only. */
  email_verified?: boolean;
  /** For admins only. */
  role?: 'user' | 'admin';
};

export type Post = {
  id: number;
  title: string | null;
  content: string;
  /** False for a draft, which only its owner can see. */
  published: boolean;
  /** The id of the post that this one replies to. Null if it is not a reply. */
  parent_id: number | null;
  /** Those that were given, and then the hashtags of the content: 10 at most. */
  tags: string[];
  /** Whom the content mentions, in order of first appearance, by the names that they have now. */
  mentions: { id: number; username: string }[];
  /** When the post or its draft was created. */
  created_at: string;
  /** When it was first published. Null if it never was. Posts are sorted and filtered by this time. */
  published_at: string | null;
  /** When it was last changed. Null if it never was. */
  edited_at: string | null;
  owner_id: number;
  owner: { id: number; username: string; avatar_url: string | null };
  votes: number;
  replies: number;
  /** Whether you voted for it, and whether you bookmarked it. Null if you are not signed in. */
  viewer: { voted: boolean; bookmarked: boolean } | null;
};

export type ReadMark = {
  /** Inclusive. A time in the future counts as now. */ up_to: string;
};

/** An Atom feed (RFC 4287). */
export type Feed = string;

export type NewReport = {
  /** What is wrong with it. */ reason: 'spam' | 'abuse' | 'illegal' | 'other';
  /** Details for the admins. */
  comment?: string | null;
};

export type Account = {
  id: number;
  username: string;
  bio: string | null;
  avatar_url: string | null;
  created_at: string;
  /** The number of published posts, including replies. */
  posts: number;
  followers: number;
  following: number;
  /** Whether you follow this user, whether this user follows you, and whether you block or mute this user. Null if you are not signed in. */
  viewer: { following: boolean; followed_by: boolean; blocking: boolean; muting: boolean } | null;
  email: string;
  email_verified: boolean;
  role: 'user' | 'admin';
};

export type RoleChange = { role: 'user' | 'admin' };

export type TagCount = { tag: string; posts: number };

export type ReportDetails = {
  id: number;
  /** The reported post. Null if the report is about a user. */
  post_id: number | null;
  /** The reported user, or the author of the reported post. */
  user_id: number;
  /** What is wrong with it. */
  reason: 'spam' | 'abuse' | 'illegal' | 'other';
  comment: string | null;
  /** `open` until an admin resolves it. */
  status: 'open' | 'resolved';
  created_at: string;
  resolved_at: string | null;
  /** What the admins noted about it. */
  note: string | null;
  /** The reported post. Null if there is none, if it was deleted, or if it is a draft now. */
  post: Post | null;
  /** The reported user, or the author of the reported post. Null if the account was deleted. */
  user: { id: number; username: string; avatar_url: string | null } | null;
  reporter: { id: number; username: string; avatar_url: string | null };
  /** The admin who resolved it. Null while it is open, if it was resolved on the command line, or if the account was deleted. */
  resolved_by: { id: number; username: string; avatar_url: string | null } | null;
};

export type AuditEntry = {
  id: number;
  action:
    | 'post_deleted'
    | 'user_deleted'
    | 'user_promoted'
    | 'user_demoted'
    | 'report_resolved'
    | 'report_reopened';
  /** The id of the admin who did it. Null if it was done on the command line. */
  admin_id: number | null;
  /** That admin. Null if there is none, or if the account was deleted. */
  admin: { id: number; username: string; avatar_url: string | null } | null;
  /** The user to whom it was done: the author of the post, or the reported user. */
  user_id: number;
  /** The deleted or the reported post. */
  post_id: number | null;
  /** The report that was resolved or reopened. */
  report_id: number | null;
  /** The `reason` of the deletion, or the `note` of the report. */
  reason: string | null;
  created_at: string;
};

export type ReportChange = {
  /** `open` until an admin resolves it. */ status: 'open' | 'resolved';
  /** Replaces the earlier note, which stays if you leave this out. Only admins see it. */
  note?: string | null;
};

export type NewPost = {
  /** `@username` mentions a user, and `#tag` tags the post, but not in URLs, email addresses or code between backticks, nor right after a letter, a digit or `_`. `＠` and `＃` are the same as `@` and `#`. A name that nobody has is plain text, and so are `@ann@host` and `@ann.host`; the first 50 names are looked up. A hashtag is written as a tag is, contains a letter, and does not end with a dash; hashtags for which `tags` leaves no room are plain text. */
  content: string;
  /** One line. Optional: a post without a title is a note. */
  title?: string | null;
  /** True if you leave it out. False makes it a draft, which only you can see. */
  published?: boolean;
  /** The id of the post to reply to. */
  parent_id?: number | null;
  /** Stored in lower case and without duplicates. The hashtags of the content are added to them. */
  tags?: string[];
};

export type NewReply = {
  /** `@username` mentions a user, and `#tag` tags the post, but not in URLs, email addresses or code between backticks, nor right after a letter, a digit or `_`. `＠` and `＃` are the same as `@` and `#`. A name that nobody has is plain text, and so are `@ann@host` and `@ann.host`; the first 50 names are looked up. A hashtag is written as a tag is, contains a letter, and does not end with a dash; hashtags for which `tags` leaves no room are plain text. */
  content: string;
  /** One line. Optional: a post without a title is a note. */
  title?: string | null;
  /** True if you leave it out. False makes it a draft, which only you can see. */
  published?: boolean;
  /** Stored in lower case and without duplicates. The hashtags of the content are added to them. */
  tags?: string[];
};

export type Thread = {
  /** The posts above it, from the first post of the thread to the parent. */ ancestors: Post[];
  post: Post;
  /** All replies below it, oldest first. */
  descendants: Post[];
  /** Whether there are more ancestors, or more descendants, than are listed here. */
  truncated: { ancestors: boolean; descendants: boolean };
};

export type PostVersion = {
  version: number;
  title: string | null;
  content: string;
  /** Those that were given, and then the hashtags of the content: 10 at most. */
  tags: string[];
  /** Whom the content mentions, in order of first appearance, by the names that they have now. */
  mentions: { id: number; username: string }[];
  /** When this version was created. */
  created_at: string;
};

export type PostReplacement = {
  /** `@username` mentions a user, and `#tag` tags the post, but not in URLs, email addresses or code between backticks, nor right after a letter, a digit or `_`. `＠` and `＃` are the same as `@` and `#`. A name that nobody has is plain text, and so are `@ann@host` and `@ann.host`; the first 50 names are looked up. A hashtag is written as a tag is, contains a letter, and does not end with a dash; hashtags for which `tags` leaves no room are plain text. */
  content: string;
  /** One line. Optional: a post without a title is a note. */
  title?: string | null;
  /** True if you leave it out. False makes it a draft, which only you can see. */
  published?: boolean;
  /** Stored in lower case and without duplicates. The hashtags of the content are added to them. */
  tags?: string[];
};

export type PostPatch = {
  /** `@username` mentions a user, and `#tag` tags the post, but not in URLs, email addresses or code between backticks, nor right after a letter, a digit or `_`. `＠` and `＃` are the same as `@` and `#`. A name that nobody has is plain text, and so are `@ann@host` and `@ann.host`; the first 50 names are looked up. A hashtag is written as a tag is, contains a letter, and does not end with a dash; hashtags for which `tags` leaves no room are plain text. */
  content?: string;
  /** One line. Optional: a post without a title is a note. */
  title?: string | null;
  /** False makes it a draft, which only you can see. */
  published?: boolean;
  /** Stored in lower case and without duplicates. The hashtags of the content are added to them. */
  tags?: string[];
};

export type VoteReceipt = {
  message: string;
  post_id: number;
  dir: number;
  /** The number of votes after this change. */
  votes: number;
};

export type Vote = {
  post_id: number;
  /** 1 adds the vote, 0 withdraws it. */
  dir: 0 | 1;
};

export type VotedPosts = {
  /** Those of `post_ids` that you voted for. */ data: number[];
};

export type VoteCount = { post_id: number; votes: number };

export type SessionPage = { data: Session[]; page: PageInfo };

export type UserPage = { data: User[]; page: PageInfo };

export type NotificationPage = { data: Notification[]; page: PageInfo };

export type PostPage = { data: Post[]; page: PageInfo };

export type TagCountPage = { data: TagCount[]; page: PageInfo };

export type ReportDetailsPage = { data: ReportDetails[]; page: PageInfo };

export type AuditEntryPage = { data: AuditEntry[]; page: PageInfo };

export type PostVersionPage = { data: PostVersion[]; page: PageInfo };

type WelcomeInput = object;

type IsAliveInput = object;

type IsReadyInput = object;

type LoginInput = {
  header?: {
    /** For pages of this origin: the refresh token comes and goes in a cookie that scripts cannot read, and never in a body. */
    'Ledge-Session'?: 'cookie';
  };
  json: TokenRequest;
};

type RefreshInput = {
  header?: {
    /** For pages of this origin: the refresh token comes and goes in a cookie that scripts cannot read, and never in a body. */
    'Ledge-Session'?: 'cookie';
  };
  json?: Refresh;
};

type LogoutInput = {
  header?: {
    /** For pages of this origin: the refresh token comes and goes in a cookie that scripts cannot read, and never in a body. */
    'Ledge-Session'?: 'cookie';
  };
};

type ListSessionsInput = {
  query?: {
    /** The maximum number of items on a page. */ limit?: number;
    /** Which page to return: `next_cursor` or `prev_cursor` of an earlier response with the same filters. Cannot be combined with `skip`. */
    cursor?: string;
    /** The number of items to skip. Cannot be combined with `cursor`. */
    skip?: number;
    /** `asc`: oldest first, or fewest votes first. `desc`: newest first, or most votes first. The default is `desc`, except where the description of the list names another. */
    order?: 'asc' | 'desc';
    /** Whether to return the total number of items as `page.total`. */
    total?: boolean;
  };
};

type EndSessionsInput = {
  query?: {
    /** Do not end the session that you are using. */ keep_current?: boolean;
  };
  header?: {
    /** For pages of this origin: the refresh token comes and goes in a cookie that scripts cannot read, and never in a body. */
    'Ledge-Session'?: 'cookie';
  };
};

type EndSessionInput = {
  param: { id: string };
  header?: {
    /** For pages of this origin: the refresh token comes and goes in a cookie that scripts cannot read, and never in a body. */
    'Ledge-Session'?: 'cookie';
  };
};

type ChangePasswordInput = { json: PasswordChange };

type ForgotPasswordInput = { json: ForgottenPassword };

type ResetPasswordInput = {
  header?: {
    /** For pages of this origin: the refresh token comes and goes in a cookie that scripts cannot read, and never in a body. */
    'Ledge-Session'?: 'cookie';
  };
  json: PasswordReset;
};

type VerifyEmailInput = { json: EmailVerification };

type ResendVerificationInput = object;

type ListUsersInput = {
  query?: {
    /** The maximum number of items on a page. */ limit?: number;
    /** Which page to return: `next_cursor` or `prev_cursor` of an earlier response with the same filters. Cannot be combined with `skip`. */
    cursor?: string;
    /** The number of items to skip. Cannot be combined with `cursor`. */
    skip?: number;
    /** `asc`: oldest first, or fewest votes first. `desc`: newest first, or most votes first. The default is `desc`, except where the description of the list names another. */
    order?: 'asc' | 'desc';
    /** Whether to return the total number of items as `page.total`. */
    total?: boolean;
    /** Users whose username contains this text, ignoring case. */
    q?: string;
    /** Only the users with these ids, all at once unless `limit` is sent. Users who do not exist are left out. */
    ids?: string;
  };
};

type RegisterInput = { json: Registration };

type ReadMeInput = {
  header?: {
    /** The `ETag` that you read: the response is 304 if that is still current. */ 'If-None-Match'?: string;
  };
};

type EditMeInput = {
  header?: {
    /** The `ETag` that you read: the change is made only if that is still the current version. Votes do not change the version; a `W/` prefix is ignored. */
    'If-Match'?: string;
  };
  json: AccountPatch;
};

type DeleteMeInput = {
  header?: {
    /** For pages of this origin: the refresh token comes and goes in a cookie that scripts cannot read, and never in a body. */
    'Ledge-Session'?: 'cookie';
  };
  json: AccountRemoval;
};

type ExportMeInput = object;

type ListNotificationsInput = {
  query?: {
    /** The maximum number of items on a page. */ limit?: number;
    /** Which page to return: `next_cursor` or `prev_cursor` of an earlier response with the same filters. Cannot be combined with `skip`. */
    cursor?: string;
    /** The number of items to skip. Cannot be combined with `cursor`. */
    skip?: number;
    /** `asc`: oldest first, or fewest votes first. `desc`: newest first, or most votes first. The default is `desc`, except where the description of the list names another. */
    order?: 'asc' | 'desc';
    /** Whether to return the total number of items as `page.total`. */
    total?: boolean;
    /** Only notifications of this kind. */
    kind?: 'reply' | 'mention' | 'follow' | 'vote';
  };
};

type ReadNotificationsInput = { json: ReadMark };

type ReadUserInput = {
  param: {
    /** An id or a username. */ user: string;
  };
  header?: {
    /** The `ETag` that you read: the response is 304 if that is still current. */ 'If-None-Match'?: string;
  };
};

type SetRoleInput = {
  param: {
    /** An id or a username. */ user: string;
  };
  json: RoleChange;
};

type DeleteUserInput = {
  param: {
    /** An id or a username. */ user: string;
  };
  query?: {
    /** Why an admin deletes it, for the audit. Ignored for the owner. */ reason?: string | null;
  };
};

type FollowInput = {
  param: {
    /** An id or a username. */ user: string;
  };
};

type UnfollowInput = {
  param: {
    /** An id or a username. */ user: string;
  };
};

type ListFollowersInput = {
  param: {
    /** An id or a username. */ user: string;
  };
  query?: {
    /** The maximum number of items on a page. */ limit?: number;
    /** Which page to return: `next_cursor` or `prev_cursor` of an earlier response with the same filters. Cannot be combined with `skip`. */
    cursor?: string;
    /** The number of items to skip. Cannot be combined with `cursor`. */
    skip?: number;
    /** `asc`: oldest first, or fewest votes first. `desc`: newest first, or most votes first. The default is `desc`, except where the description of the list names another. */
    order?: 'asc' | 'desc';
    /** Whether to return the total number of items as `page.total`. */
    total?: boolean;
  };
};

type ListFollowingInput = {
  param: {
    /** An id or a username. */ user: string;
  };
  query?: {
    /** The maximum number of items on a page. */ limit?: number;
    /** Which page to return: `next_cursor` or `prev_cursor` of an earlier response with the same filters. Cannot be combined with `skip`. */
    cursor?: string;
    /** The number of items to skip. Cannot be combined with `cursor`. */
    skip?: number;
    /** `asc`: oldest first, or fewest votes first. `desc`: newest first, or most votes first. The default is `desc`, except where the description of the list names another. */
    order?: 'asc' | 'desc';
    /** Whether to return the total number of items as `page.total`. */
    total?: boolean;
  };
};

type BlockInput = {
  param: {
    /** An id or a username. */ user: string;
  };
};

type UnblockInput = {
  param: {
    /** An id or a username. */ user: string;
  };
};

type MuteInput = {
  param: {
    /** An id or a username. */ user: string;
  };
};

type UnmuteInput = {
  param: {
    /** An id or a username. */ user: string;
  };
};

type ListBlocksInput = {
  query?: {
    /** The maximum number of items on a page. */ limit?: number;
    /** Which page to return: `next_cursor` or `prev_cursor` of an earlier response with the same filters. Cannot be combined with `skip`. */
    cursor?: string;
    /** The number of items to skip. Cannot be combined with `cursor`. */
    skip?: number;
    /** `asc`: oldest first, or fewest votes first. `desc`: newest first, or most votes first. The default is `desc`, except where the description of the list names another. */
    order?: 'asc' | 'desc';
    /** Whether to return the total number of items as `page.total`. */
    total?: boolean;
  };
};

type ListMutesInput = {
  query?: {
    /** The maximum number of items on a page. */ limit?: number;
    /** Which page to return: `next_cursor` or `prev_cursor` of an earlier response with the same filters. Cannot be combined with `skip`. */
    cursor?: string;
    /** The number of items to skip. Cannot be combined with `cursor`. */
    skip?: number;
    /** `asc`: oldest first, or fewest votes first. `desc`: newest first, or most votes first. The default is `desc`, except where the description of the list names another. */
    order?: 'asc' | 'desc';
    /** Whether to return the total number of items as `page.total`. */
    total?: boolean;
  };
};

type ListPostsOfUserInput = {
  param: {
    /** An id or a username. */ user: string;
  };
  query?: {
    /** The maximum number of items on a page. */ limit?: number;
    /** Which page to return: `next_cursor` or `prev_cursor` of an earlier response with the same filters. Cannot be combined with `skip`. */
    cursor?: string;
    /** The number of items to skip. Cannot be combined with `cursor`. */
    skip?: number;
    /** `asc`: oldest first, or fewest votes first. `desc`: newest first, or most votes first. The default is `desc`, except where the description of the list names another. */
    order?: 'asc' | 'desc';
    /** Whether to return the total number of items as `page.total`. */
    total?: boolean;
    /** Whether to include replies. */
    include_replies?: boolean;
  };
};

type ListVotedByUserInput = {
  param: {
    /** An id or a username. */ user: string;
  };
  query?: {
    /** The maximum number of items on a page. */ limit?: number;
    /** Which page to return: `next_cursor` or `prev_cursor` of an earlier response with the same filters. Cannot be combined with `skip`. */
    cursor?: string;
    /** The number of items to skip. Cannot be combined with `cursor`. */
    skip?: number;
    /** `asc`: oldest first, or fewest votes first. `desc`: newest first, or most votes first. The default is `desc`, except where the description of the list names another. */
    order?: 'asc' | 'desc';
    /** Whether to return the total number of items as `page.total`. */
    total?: boolean;
  };
};

type ReadFeedOfUserInput = {
  param: {
    /** An id or a username. */ user: string;
  };
  query?: {
    /** The maximum number of items on a page. */ limit?: number;
    /** Which page to return: `next_cursor` or `prev_cursor` of an earlier response with the same filters. Cannot be combined with `skip`. */
    cursor?: string;
  };
  header?: {
    /** The `ETag` that you read: the response is 304 if that is still current. */ 'If-None-Match'?: string;
    /** The `Last-Modified` that you read: the response is 304 if nothing was written or edited since. Ignored beside `If-None-Match`, which also notices what was deleted. */
    'If-Modified-Since'?: string;
  };
};

type ReportUserInput = {
  param: {
    /** An id or a username. */ user: string;
  };
  json: NewReport;
};

type ListPostsInput = {
  query?: {
    /** The maximum number of items on a page. */ limit?: number;
    /** Which page to return: `next_cursor` or `prev_cursor` of an earlier response with the same filters. Cannot be combined with `skip`. */
    cursor?: string;
    /** The number of items to skip. Cannot be combined with `cursor`. */
    skip?: number;
    /** `asc`: oldest first, or fewest votes first. `desc`: newest first, or most votes first. The default is `desc`, except where the description of the list names another. */
    order?: 'asc' | 'desc';
    /** Whether to return the total number of items as `page.total`. */
    total?: boolean;
    /** Posts whose title or content contains this text, ignoring case. There are no wildcards. */
    search?: string;
    /** Search only titles. */
    search_in?: 'title';
    /** Posts by this user: an id or a username. */
    author?: string;
    /** Posts that have this tag. */
    tag?: string;
    /** A day (from its start, in UTC) or a time. Inclusive. */
    since?: string;
    /** A day (to its end, in UTC) or a time. Inclusive. */
    until?: string;
    /** Only the posts with these ids, all at once unless `limit` is sent. Posts that do not exist are left out. */
    ids?: string;
    /** `exclude`: no replies. `include`: replies too. `only`: nothing but replies. */
    replies?: 'exclude' | 'include' | 'only';
    /** `new`: by time of publication. `top`: by number of votes. */
    sort?: 'new' | 'top';
  };
};

type CreatePostInput = {
  header?: {
    /** A unique value of your choice, such as a UUID. A request that is sent again with the same key within 24 hours is not executed again, and gets the same response. */
    'Idempotency-Key'?: string;
  };
  json: NewPost;
};

type ReadTimelineInput = {
  query?: {
    /** The maximum number of items on a page. */ limit?: number;
    /** Which page to return: `next_cursor` or `prev_cursor` of an earlier response with the same filters. Cannot be combined with `skip`. */
    cursor?: string;
    /** The number of items to skip. Cannot be combined with `cursor`. */
    skip?: number;
    /** `asc`: oldest first, or fewest votes first. `desc`: newest first, or most votes first. The default is `desc`, except where the description of the list names another. */
    order?: 'asc' | 'desc';
    /** Whether to return the total number of items as `page.total`. */
    total?: boolean;
    /** Whether to include your own posts. */
    include_self?: boolean;
    /** `exclude`: no replies. `include`: replies too. `only`: nothing but replies. */
    replies?: 'exclude' | 'include' | 'only';
  };
};

type ListOwnPostsInput = {
  query?: {
    /** The maximum number of items on a page. */ limit?: number;
    /** Which page to return: `next_cursor` or `prev_cursor` of an earlier response with the same filters. Cannot be combined with `skip`. */
    cursor?: string;
    /** The number of items to skip. Cannot be combined with `cursor`. */
    skip?: number;
    /** `asc`: oldest first, or fewest votes first. `desc`: newest first, or most votes first. The default is `desc`, except where the description of the list names another. */
    order?: 'asc' | 'desc';
    /** Whether to return the total number of items as `page.total`. */
    total?: boolean;
    /** `true`: only published posts. `false`: only drafts. Left out: both. */
    published?: boolean;
  };
};

type ListBookmarksInput = {
  query?: {
    /** The maximum number of items on a page. */ limit?: number;
    /** Which page to return: `next_cursor` or `prev_cursor` of an earlier response with the same filters. Cannot be combined with `skip`. */
    cursor?: string;
    /** The number of items to skip. Cannot be combined with `cursor`. */
    skip?: number;
    /** `asc`: oldest first, or fewest votes first. `desc`: newest first, or most votes first. The default is `desc`, except where the description of the list names another. */
    order?: 'asc' | 'desc';
    /** Whether to return the total number of items as `page.total`. */
    total?: boolean;
  };
};

type ListTagsInput = {
  query?: {
    /** The maximum number of items on a page. */ limit?: number;
    /** Which page to return: `next_cursor` or `prev_cursor` of an earlier response with the same filters. Cannot be combined with `skip`. */
    cursor?: string;
    /** The number of items to skip. Cannot be combined with `cursor`. */
    skip?: number;
    /** Whether to return the total number of items as `page.total`. */
    total?: boolean;
  };
};

type ReadFeedInput = {
  query?: {
    /** The maximum number of items on a page. */ limit?: number;
    /** Which page to return: `next_cursor` or `prev_cursor` of an earlier response with the same filters. Cannot be combined with `skip`. */
    cursor?: string;
    /** Posts that have this tag. */
    tag?: string;
  };
  header?: {
    /** The `ETag` that you read: the response is 304 if that is still current. */ 'If-None-Match'?: string;
    /** The `Last-Modified` that you read: the response is 304 if nothing was written or edited since. Ignored beside `If-None-Match`, which also notices what was deleted. */
    'If-Modified-Since'?: string;
  };
};

type ListReportsInput = {
  query?: {
    /** The maximum number of items on a page. */ limit?: number;
    /** Which page to return: `next_cursor` or `prev_cursor` of an earlier response with the same filters. Cannot be combined with `skip`. */
    cursor?: string;
    /** The number of items to skip. Cannot be combined with `cursor`. */
    skip?: number;
    /** `asc`: oldest first, or fewest votes first. `desc`: newest first, or most votes first. The default is `desc`, except where the description of the list names another. */
    order?: 'asc' | 'desc';
    /** Whether to return the total number of items as `page.total`. */
    total?: boolean;
    /** Only the reports with this status. */
    status?: 'open' | 'resolved';
  };
};

type ListAuditEntriesInput = {
  query?: {
    /** The maximum number of items on a page. */ limit?: number;
    /** Which page to return: `next_cursor` or `prev_cursor` of an earlier response with the same filters. Cannot be combined with `skip`. */
    cursor?: string;
    /** The number of items to skip. Cannot be combined with `cursor`. */
    skip?: number;
    /** `asc`: oldest first, or fewest votes first. `desc`: newest first, or most votes first. The default is `desc`, except where the description of the list names another. */
    order?: 'asc' | 'desc';
    /** Whether to return the total number of items as `page.total`. */
    total?: boolean;
  };
};

type ChangeReportInput = { param: { id: number }; json: ReportChange };

type ReportPostInput = { param: { id: number }; json: NewReport };

type ListRepliesInput = {
  param: { id: number };
  query?: {
    /** The maximum number of items on a page. */ limit?: number;
    /** Which page to return: `next_cursor` or `prev_cursor` of an earlier response with the same filters. Cannot be combined with `skip`. */
    cursor?: string;
    /** The number of items to skip. Cannot be combined with `cursor`. */
    skip?: number;
    /** `asc`: oldest first, or fewest votes first. `desc`: newest first, or most votes first. The default is `desc`, except where the description of the list names another. */
    order?: 'asc' | 'desc';
    /** Whether to return the total number of items as `page.total`. */
    total?: boolean;
  };
};

type CreateReplyInput = {
  param: { id: number };
  header?: {
    /** A unique value of your choice, such as a UUID. A request that is sent again with the same key within 24 hours is not executed again, and gets the same response. */
    'Idempotency-Key'?: string;
  };
  json: NewReply;
};

type ReadThreadInput = { param: { id: number } };

type ListVersionsInput = {
  param: { id: number };
  query?: {
    /** The maximum number of items on a page. */ limit?: number;
    /** Which page to return: `next_cursor` or `prev_cursor` of an earlier response with the same filters. Cannot be combined with `skip`. */
    cursor?: string;
    /** The number of items to skip. Cannot be combined with `cursor`. */
    skip?: number;
    /** `asc`: oldest first, or fewest votes first. `desc`: newest first, or most votes first. The default is `desc`, except where the description of the list names another. */
    order?: 'asc' | 'desc';
    /** Whether to return the total number of items as `page.total`. */
    total?: boolean;
  };
};

type ListVotersInput = {
  param: { id: number };
  query?: {
    /** The maximum number of items on a page. */ limit?: number;
    /** Which page to return: `next_cursor` or `prev_cursor` of an earlier response with the same filters. Cannot be combined with `skip`. */
    cursor?: string;
    /** The number of items to skip. Cannot be combined with `cursor`. */
    skip?: number;
    /** `asc`: oldest first, or fewest votes first. `desc`: newest first, or most votes first. The default is `desc`, except where the description of the list names another. */
    order?: 'asc' | 'desc';
    /** Whether to return the total number of items as `page.total`. */
    total?: boolean;
  };
};

type ReadPostInput = {
  param: { id: number };
  header?: {
    /** The `ETag` that you read: the response is 304 if that is still current. */ 'If-None-Match'?: string;
  };
};

type ReplacePostInput = {
  param: { id: number };
  header?: {
    /** The `ETag` that you read: the change is made only if that is still the current version. Votes do not change the version; a `W/` prefix is ignored. */
    'If-Match'?: string;
  };
  json: PostReplacement;
};

type EditPostInput = {
  param: { id: number };
  header?: {
    /** The `ETag` that you read: the change is made only if that is still the current version. Votes do not change the version; a `W/` prefix is ignored. */
    'If-Match'?: string;
  };
  json: PostPatch;
};

type DeletePostInput = {
  param: { id: number };
  query?: {
    /** Why an admin deletes it, for the audit. Ignored for the owner. */ reason?: string | null;
  };
  header?: {
    /** The `ETag` that you read: the change is made only if that is still the current version. Votes do not change the version; a `W/` prefix is ignored. */
    'If-Match'?: string;
  };
};

type AddBookmarkInput = { param: { id: number } };

type RemoveBookmarkInput = { param: { id: number } };

type ListVotedPostsInput = { query: { post_ids: string } };

type VoteInput = { json: Vote };

type AddVoteInput = { param: { post_id: number } };

type RemoveVoteInput = { param: { post_id: number } };

type Routes = {
  '/': {
    /** Get information about this API */
    $get:
      | Answer<WelcomeInput, Welcome, 200>
      | Refusals<
          WelcomeInput,
          { 413: 'body_too_large'; 429: 'rate_limited'; 500: 'internal_error' | 'misconfigured' }
        >;
  };
  '/healthz': {
    /** Check that the server is running */
    $get:
      | Answer<IsAliveInput, Health, 200>
      | Refusals<
          IsAliveInput,
          { 413: 'body_too_large'; 429: 'rate_limited'; 500: 'internal_error' | 'misconfigured' }
        >;
  };
  '/readyz': {
    /** Check that the API is ready */
    $get:
      | Answer<IsReadyInput, Health, 200>
      | Refusals<
          IsReadyInput,
          {
            413: 'body_too_large';
            429: 'rate_limited';
            500: 'internal_error' | 'misconfigured';
            503: 'database_unavailable' | 'schema_outdated';
          }
        >;
  };
  '/auth/login': {
    /** Sign in */
    $post:
      | Answer<LoginInput, TokenPair, 200>
      | Refusals<
          LoginInput,
          {
            400: 'malformed_body';
            401: 'token_missing' | 'token_invalid' | 'token_revoked' | 'invalid_credentials';
            403: 'cross_origin';
            413: 'body_too_large';
            415: 'unsupported_media_type';
            422: 'invalid_input';
            429: 'rate_limited' | 'too_many_tries';
            500: 'internal_error' | 'misconfigured';
            503: 'database_unavailable' | 'overloaded' | 'schema_outdated';
          }
        >;
  };
  '/auth/refresh': {
    /** Refresh the tokens */
    $post:
      | Answer<RefreshInput, TokenPair, 200>
      | Refusals<
          RefreshInput,
          {
            400: 'malformed_body';
            401: 'token_missing' | 'token_invalid' | 'token_revoked';
            403: 'cross_origin';
            413: 'body_too_large';
            415: 'unsupported_media_type';
            422: 'invalid_input';
            429: 'rate_limited';
            500: 'internal_error' | 'misconfigured';
            503: 'database_unavailable' | 'schema_outdated';
          }
        >;
  };
  '/auth/logout': {
    /** Sign out */
    $post:
      | Answer<LogoutInput, null, 204>
      | Refusals<
          LogoutInput,
          {
            401: 'token_missing' | 'token_invalid' | 'token_expired' | 'token_revoked';
            403: 'cross_origin';
            413: 'body_too_large';
            422: 'invalid_input';
            429: 'rate_limited';
            500: 'internal_error' | 'misconfigured';
            503: 'database_unavailable' | 'schema_outdated';
          }
        >;
  };
  '/auth/sessions': {
    /** List your sessions */
    $get:
      | Answer<ListSessionsInput, SessionPage, 200>
      | Refusals<
          ListSessionsInput,
          {
            400: 'malformed_url';
            401: 'token_missing' | 'token_invalid' | 'token_expired' | 'token_revoked';
            413: 'body_too_large';
            422: 'invalid_input';
            429: 'rate_limited';
            500: 'internal_error' | 'misconfigured';
            503: 'database_unavailable' | 'schema_outdated';
          }
        >;
    /** End all your sessions */
    $delete:
      | Answer<EndSessionsInput, null, 204>
      | Refusals<
          EndSessionsInput,
          {
            400: 'malformed_url';
            401: 'token_missing' | 'token_invalid' | 'token_expired' | 'token_revoked';
            403: 'cross_origin';
            413: 'body_too_large';
            422: 'invalid_input';
            429: 'rate_limited';
            500: 'internal_error' | 'misconfigured';
            503: 'database_unavailable' | 'schema_outdated';
          }
        >;
  };
  '/auth/sessions/:id': {
    /** End one of your sessions */
    $delete:
      | Answer<EndSessionInput, null, 204>
      | Refusals<
          EndSessionInput,
          {
            400: 'malformed_url';
            401: 'token_missing' | 'token_invalid' | 'token_expired' | 'token_revoked';
            403: 'cross_origin';
            404: 'session_not_found';
            413: 'body_too_large';
            422: 'invalid_input';
            429: 'rate_limited';
            500: 'internal_error' | 'misconfigured';
            503: 'database_unavailable' | 'schema_outdated';
          }
        >;
  };
  '/auth/password': {
    /** Change your password */
    $put:
      | Answer<ChangePasswordInput, null, 204>
      | Refusals<
          ChangePasswordInput,
          {
            400: 'malformed_body';
            401: 'token_missing' | 'token_invalid' | 'token_expired' | 'token_revoked';
            403: 'wrong_password';
            413: 'body_too_large';
            415: 'unsupported_media_type';
            422: 'invalid_input';
            429: 'rate_limited' | 'too_many_tries';
            500: 'internal_error' | 'misconfigured';
            503: 'database_unavailable' | 'overloaded' | 'schema_outdated';
          }
        >;
  };
  '/auth/password/forgot': {
    /** Request a reset code */
    $post:
      | Answer<ForgotPasswordInput, Accepted, 202>
      | Refusals<
          ForgotPasswordInput,
          {
            400: 'malformed_body';
            413: 'body_too_large';
            415: 'unsupported_media_type';
            422: 'invalid_input';
            429: 'rate_limited';
            500: 'internal_error' | 'misconfigured';
            503: 'database_unavailable' | 'schema_outdated';
          }
        >;
  };
  '/auth/password/reset': {
    /** Reset your password */
    $post:
      | Answer<ResetPasswordInput, null, 204>
      | Refusals<
          ResetPasswordInput,
          {
            400: 'code_invalid' | 'code_expired' | 'malformed_body';
            403: 'cross_origin';
            413: 'body_too_large';
            415: 'unsupported_media_type';
            422: 'invalid_input';
            429: 'rate_limited';
            500: 'internal_error' | 'misconfigured';
            503: 'database_unavailable' | 'overloaded' | 'schema_outdated';
          }
        >;
  };
  '/auth/email/verify': {
    /** Verify your email */
    $post:
      | Answer<VerifyEmailInput, null, 204>
      | Refusals<
          VerifyEmailInput,
          {
            400: 'code_invalid' | 'code_expired' | 'malformed_body';
            401: 'token_missing' | 'token_invalid' | 'token_expired' | 'token_revoked';
            409: 'email_taken';
            413: 'body_too_large';
            415: 'unsupported_media_type';
            422: 'invalid_input';
            429: 'rate_limited';
            500: 'internal_error' | 'misconfigured';
            503: 'database_unavailable' | 'schema_outdated';
          }
        >;
  };
  '/auth/email/verify/resend': {
    /** Request another verification code */
    $post:
      | Answer<ResendVerificationInput, Accepted, 202>
      | Refusals<
          ResendVerificationInput,
          {
            401: 'token_missing' | 'token_invalid' | 'token_expired' | 'token_revoked';
            413: 'body_too_large';
            429: 'rate_limited';
            500: 'internal_error' | 'misconfigured';
            503: 'database_unavailable' | 'schema_outdated';
          }
        >;
  };
  '/users': {
    /** List users */
    $get:
      | Answer<ListUsersInput, UserPage, 200>
      | Refusals<
          ListUsersInput,
          {
            400: 'malformed_url';
            401: 'token_missing' | 'token_invalid' | 'token_expired' | 'token_revoked';
            413: 'body_too_large';
            422: 'invalid_input';
            429: 'rate_limited';
            500: 'internal_error' | 'misconfigured';
            503: 'database_unavailable' | 'schema_outdated';
          }
        >;
    /** Create an account */
    $post:
      | Answer<RegisterInput, Me, 201>
      | Refusals<
          RegisterInput,
          {
            400: 'malformed_body';
            409: 'email_taken' | 'username_taken';
            413: 'body_too_large';
            415: 'unsupported_media_type';
            422: 'invalid_input';
            429: 'rate_limited';
            500: 'internal_error' | 'misconfigured';
            503: 'database_unavailable' | 'overloaded' | 'schema_outdated';
          }
        >;
  };
  '/users/me': {
    /** Get your account */
    $get:
      | Answer<ReadMeInput, Me, 200>
      | Answer<ReadMeInput, null, 304>
      | Refusals<
          ReadMeInput,
          {
            401: 'token_missing' | 'token_invalid' | 'token_expired' | 'token_revoked';
            413: 'body_too_large';
            422: 'invalid_input';
            429: 'rate_limited';
            500: 'internal_error' | 'misconfigured';
            503: 'database_unavailable' | 'schema_outdated';
          }
        >;
    /** Edit your account */
    $patch:
      | Answer<EditMeInput, Me, 200>
      | Refusals<
          EditMeInput,
          {
            400: 'malformed_body';
            401: 'token_missing' | 'token_invalid' | 'token_expired' | 'token_revoked';
            403: 'wrong_password';
            409: 'email_taken' | 'username_taken';
            412: 'precondition_failed';
            413: 'body_too_large';
            415: 'unsupported_media_type';
            422: 'invalid_input';
            429: 'rate_limited' | 'too_many_tries';
            500: 'internal_error' | 'misconfigured';
            503: 'database_unavailable' | 'overloaded' | 'schema_outdated';
          }
        >;
    /** Delete your account */
    $delete:
      | Answer<DeleteMeInput, null, 204>
      | Refusals<
          DeleteMeInput,
          {
            400: 'malformed_body';
            401: 'token_missing' | 'token_invalid' | 'token_expired' | 'token_revoked';
            403: 'wrong_password' | 'cross_origin';
            409: 'last_admin';
            413: 'body_too_large';
            415: 'unsupported_media_type';
            422: 'invalid_input';
            429: 'rate_limited' | 'too_many_tries';
            500: 'internal_error' | 'misconfigured';
            503: 'database_unavailable' | 'overloaded' | 'schema_outdated';
          }
        >;
  };
  '/users/me/export': {
    /** Export your account */
    $get:
      | Answer<ExportMeInput, Export, 200>
      | Refusals<
          ExportMeInput,
          {
            401: 'token_missing' | 'token_invalid' | 'token_expired' | 'token_revoked';
            413: 'body_too_large';
            429: 'rate_limited';
            500: 'internal_error' | 'misconfigured';
            503: 'database_unavailable' | 'schema_outdated';
          }
        >;
  };
  '/users/me/notifications': {
    /** List your notifications */
    $get:
      | Answer<ListNotificationsInput, NotificationPage, 200>
      | Refusals<
          ListNotificationsInput,
          {
            400: 'malformed_url';
            401: 'token_missing' | 'token_invalid' | 'token_expired' | 'token_revoked';
            413: 'body_too_large';
            422: 'invalid_input';
            429: 'rate_limited';
            500: 'internal_error' | 'misconfigured';
            503: 'database_unavailable' | 'schema_outdated';
          }
        >;
  };
  '/users/me/notifications/read': {
    /** Mark notifications as read */
    $put:
      | Answer<ReadNotificationsInput, null, 204>
      | Refusals<
          ReadNotificationsInput,
          {
            400: 'malformed_body';
            401: 'token_missing' | 'token_invalid' | 'token_expired' | 'token_revoked';
            413: 'body_too_large';
            415: 'unsupported_media_type';
            422: 'invalid_input';
            429: 'rate_limited';
            500: 'internal_error' | 'misconfigured';
            503: 'database_unavailable' | 'schema_outdated';
          }
        >;
  };
  '/users/:user': {
    /** Get a user */
    $get:
      | Answer<ReadUserInput, User, 200>
      | Answer<ReadUserInput, null, 304>
      | Refusals<
          ReadUserInput,
          {
            400: 'malformed_url';
            401: 'token_missing' | 'token_invalid' | 'token_expired' | 'token_revoked';
            404: 'user_not_found';
            413: 'body_too_large';
            422: 'invalid_input';
            429: 'rate_limited';
            500: 'internal_error' | 'misconfigured';
            503: 'database_unavailable' | 'schema_outdated';
          }
        >;
    /** Change the role of a user */
    $patch:
      | Answer<SetRoleInput, Account, 200>
      | Refusals<
          SetRoleInput,
          {
            400: 'malformed_body' | 'malformed_url';
            401: 'token_missing' | 'token_invalid' | 'token_expired' | 'token_revoked';
            403: 'admin_only';
            404: 'user_not_found';
            409: 'last_admin';
            413: 'body_too_large';
            415: 'unsupported_media_type';
            422: 'invalid_input';
            429: 'rate_limited';
            500: 'internal_error' | 'misconfigured';
            503: 'database_unavailable' | 'schema_outdated';
          }
        >;
    /** Delete a user */
    $delete:
      | Answer<DeleteUserInput, null, 204>
      | Refusals<
          DeleteUserInput,
          {
            400: 'malformed_url';
            401: 'token_missing' | 'token_invalid' | 'token_expired' | 'token_revoked';
            403: 'admin_only' | 'use_own_account';
            404: 'user_not_found';
            413: 'body_too_large';
            422: 'invalid_input';
            429: 'rate_limited';
            500: 'internal_error' | 'misconfigured';
            503: 'database_unavailable' | 'schema_outdated';
          }
        >;
  };
  '/users/:user/follow': {
    /** Follow a user */
    $put:
      | Answer<FollowInput, null, 204>
      | Refusals<
          FollowInput,
          {
            400: 'malformed_url';
            401: 'token_missing' | 'token_invalid' | 'token_expired' | 'token_revoked';
            403: 'blocked';
            404: 'user_not_found';
            413: 'body_too_large';
            422: 'invalid_input' | 'cannot_follow_self';
            429: 'rate_limited';
            500: 'internal_error' | 'misconfigured';
            503: 'database_unavailable' | 'schema_outdated';
          }
        >;
    /** Unfollow a user */
    $delete:
      | Answer<UnfollowInput, null, 204>
      | Refusals<
          UnfollowInput,
          {
            400: 'malformed_url';
            401: 'token_missing' | 'token_invalid' | 'token_expired' | 'token_revoked';
            404: 'user_not_found';
            413: 'body_too_large';
            422: 'invalid_input' | 'cannot_follow_self';
            429: 'rate_limited';
            500: 'internal_error' | 'misconfigured';
            503: 'database_unavailable' | 'schema_outdated';
          }
        >;
  };
  '/users/:user/followers': {
    /** List the followers of a user */
    $get:
      | Answer<ListFollowersInput, UserPage, 200>
      | Refusals<
          ListFollowersInput,
          {
            400: 'malformed_url';
            401: 'token_missing' | 'token_invalid' | 'token_expired' | 'token_revoked';
            404: 'user_not_found';
            413: 'body_too_large';
            422: 'invalid_input';
            429: 'rate_limited';
            500: 'internal_error' | 'misconfigured';
            503: 'database_unavailable' | 'schema_outdated';
          }
        >;
  };
  '/users/:user/following': {
    /** List the users whom a user follows */
    $get:
      | Answer<ListFollowingInput, UserPage, 200>
      | Refusals<
          ListFollowingInput,
          {
            400: 'malformed_url';
            401: 'token_missing' | 'token_invalid' | 'token_expired' | 'token_revoked';
            404: 'user_not_found';
            413: 'body_too_large';
            422: 'invalid_input';
            429: 'rate_limited';
            500: 'internal_error' | 'misconfigured';
            503: 'database_unavailable' | 'schema_outdated';
          }
        >;
  };
  '/users/:user/block': {
    /** Block a user */
    $put:
      | Answer<BlockInput, null, 204>
      | Refusals<
          BlockInput,
          {
            400: 'malformed_url';
            401: 'token_missing' | 'token_invalid' | 'token_expired' | 'token_revoked';
            404: 'user_not_found';
            413: 'body_too_large';
            422: 'invalid_input' | 'cannot_block_self';
            429: 'rate_limited';
            500: 'internal_error' | 'misconfigured';
            503: 'database_unavailable' | 'schema_outdated';
          }
        >;
    /** Unblock a user */
    $delete:
      | Answer<UnblockInput, null, 204>
      | Refusals<
          UnblockInput,
          {
            400: 'malformed_url';
            401: 'token_missing' | 'token_invalid' | 'token_expired' | 'token_revoked';
            404: 'user_not_found';
            413: 'body_too_large';
            422: 'invalid_input' | 'cannot_block_self';
            429: 'rate_limited';
            500: 'internal_error' | 'misconfigured';
            503: 'database_unavailable' | 'schema_outdated';
          }
        >;
  };
  '/users/:user/mute': {
    /** Mute a user */
    $put:
      | Answer<MuteInput, null, 204>
      | Refusals<
          MuteInput,
          {
            400: 'malformed_url';
            401: 'token_missing' | 'token_invalid' | 'token_expired' | 'token_revoked';
            404: 'user_not_found';
            413: 'body_too_large';
            422: 'invalid_input' | 'cannot_mute_self';
            429: 'rate_limited';
            500: 'internal_error' | 'misconfigured';
            503: 'database_unavailable' | 'schema_outdated';
          }
        >;
    /** Unmute a user */
    $delete:
      | Answer<UnmuteInput, null, 204>
      | Refusals<
          UnmuteInput,
          {
            400: 'malformed_url';
            401: 'token_missing' | 'token_invalid' | 'token_expired' | 'token_revoked';
            404: 'user_not_found';
            413: 'body_too_large';
            422: 'invalid_input' | 'cannot_mute_self';
            429: 'rate_limited';
            500: 'internal_error' | 'misconfigured';
            503: 'database_unavailable' | 'schema_outdated';
          }
        >;
  };
  '/users/me/blocks': {
    /** List the users whom you block */
    $get:
      | Answer<ListBlocksInput, UserPage, 200>
      | Refusals<
          ListBlocksInput,
          {
            400: 'malformed_url';
            401: 'token_missing' | 'token_invalid' | 'token_expired' | 'token_revoked';
            413: 'body_too_large';
            422: 'invalid_input';
            429: 'rate_limited';
            500: 'internal_error' | 'misconfigured';
            503: 'database_unavailable' | 'schema_outdated';
          }
        >;
  };
  '/users/me/mutes': {
    /** List the users whom you mute */
    $get:
      | Answer<ListMutesInput, UserPage, 200>
      | Refusals<
          ListMutesInput,
          {
            400: 'malformed_url';
            401: 'token_missing' | 'token_invalid' | 'token_expired' | 'token_revoked';
            413: 'body_too_large';
            422: 'invalid_input';
            429: 'rate_limited';
            500: 'internal_error' | 'misconfigured';
            503: 'database_unavailable' | 'schema_outdated';
          }
        >;
  };
  '/users/:user/posts': {
    /** List the posts of a user */
    $get:
      | Answer<ListPostsOfUserInput, PostPage, 200>
      | Refusals<
          ListPostsOfUserInput,
          {
            400: 'malformed_url';
            401: 'token_missing' | 'token_invalid' | 'token_expired' | 'token_revoked';
            404: 'user_not_found';
            413: 'body_too_large';
            422: 'invalid_input';
            429: 'rate_limited';
            500: 'internal_error' | 'misconfigured';
            503: 'database_unavailable' | 'schema_outdated';
          }
        >;
  };
  '/users/:user/votes': {
    /** List the posts that a user voted for */
    $get:
      | Answer<ListVotedByUserInput, PostPage, 200>
      | Refusals<
          ListVotedByUserInput,
          {
            400: 'malformed_url';
            401: 'token_missing' | 'token_invalid' | 'token_expired' | 'token_revoked';
            404: 'user_not_found';
            413: 'body_too_large';
            422: 'invalid_input';
            429: 'rate_limited';
            500: 'internal_error' | 'misconfigured';
            503: 'database_unavailable' | 'schema_outdated';
          }
        >;
  };
  '/users/:user/feed.atom': {
    /** Get a feed of the posts of a user */
    $get:
      | Answer<ReadFeedOfUserInput, null, 200>
      | Answer<ReadFeedOfUserInput, null, 304>
      | Refusals<
          ReadFeedOfUserInput,
          {
            400: 'malformed_url';
            401: 'token_missing' | 'token_invalid' | 'token_expired' | 'token_revoked';
            404: 'user_not_found';
            413: 'body_too_large';
            422: 'invalid_input';
            429: 'rate_limited';
            500: 'internal_error' | 'misconfigured';
            503: 'database_unavailable' | 'schema_outdated';
          }
        >;
  };
  '/users/:user/reports': {
    /** Report a user */
    $post:
      | Answer<ReportUserInput, Report, 201>
      | Refusals<
          ReportUserInput,
          {
            400: 'malformed_body' | 'malformed_url';
            401: 'token_missing' | 'token_invalid' | 'token_expired' | 'token_revoked';
            404: 'user_not_found';
            409: 'already_reported';
            413: 'body_too_large';
            415: 'unsupported_media_type';
            422: 'invalid_input' | 'cannot_report_self';
            429: 'rate_limited';
            500: 'internal_error' | 'misconfigured';
            503: 'database_unavailable' | 'schema_outdated';
          }
        >;
  };
  '/posts': {
    /** List posts */
    $get:
      | Answer<ListPostsInput, PostPage, 200>
      | Refusals<
          ListPostsInput,
          {
            400: 'malformed_url';
            401: 'token_missing' | 'token_invalid' | 'token_expired' | 'token_revoked';
            413: 'body_too_large';
            422: 'invalid_input';
            429: 'rate_limited';
            500: 'internal_error' | 'misconfigured';
            503: 'database_unavailable' | 'schema_outdated';
          }
        >;
    /** Create a post */
    $post:
      | Answer<CreatePostInput, Post, 201>
      | Refusals<
          CreatePostInput,
          {
            400: 'malformed_body';
            401: 'token_missing' | 'token_invalid' | 'token_expired' | 'token_revoked';
            403: 'blocked';
            404: 'post_not_found' | 'parent_not_found';
            413: 'body_too_large';
            415: 'unsupported_media_type';
            422: 'invalid_input' | 'idempotency_key_reused';
            429: 'rate_limited';
            500: 'internal_error' | 'misconfigured';
            503: 'database_unavailable' | 'schema_outdated';
          }
        >;
  };
  '/posts/timeline': {
    /** Get your timeline */
    $get:
      | Answer<ReadTimelineInput, PostPage, 200>
      | Refusals<
          ReadTimelineInput,
          {
            400: 'malformed_url';
            401: 'token_missing' | 'token_invalid' | 'token_expired' | 'token_revoked';
            413: 'body_too_large';
            422: 'invalid_input';
            429: 'rate_limited';
            500: 'internal_error' | 'misconfigured';
            503: 'database_unavailable' | 'schema_outdated';
          }
        >;
  };
  '/posts/mine': {
    /** List your own posts */
    $get:
      | Answer<ListOwnPostsInput, PostPage, 200>
      | Refusals<
          ListOwnPostsInput,
          {
            400: 'malformed_url';
            401: 'token_missing' | 'token_invalid' | 'token_expired' | 'token_revoked';
            413: 'body_too_large';
            422: 'invalid_input';
            429: 'rate_limited';
            500: 'internal_error' | 'misconfigured';
            503: 'database_unavailable' | 'schema_outdated';
          }
        >;
  };
  '/posts/bookmarks': {
    /** List your bookmarks */
    $get:
      | Answer<ListBookmarksInput, PostPage, 200>
      | Refusals<
          ListBookmarksInput,
          {
            400: 'malformed_url';
            401: 'token_missing' | 'token_invalid' | 'token_expired' | 'token_revoked';
            413: 'body_too_large';
            422: 'invalid_input';
            429: 'rate_limited';
            500: 'internal_error' | 'misconfigured';
            503: 'database_unavailable' | 'schema_outdated';
          }
        >;
  };
  '/posts/tags': {
    /** List tags */
    $get:
      | Answer<ListTagsInput, TagCountPage, 200>
      | Refusals<
          ListTagsInput,
          {
            400: 'malformed_url';
            401: 'token_missing' | 'token_invalid' | 'token_expired' | 'token_revoked';
            413: 'body_too_large';
            422: 'invalid_input';
            429: 'rate_limited';
            500: 'internal_error' | 'misconfigured';
            503: 'database_unavailable' | 'schema_outdated';
          }
        >;
  };
  '/posts/feed.atom': {
    /** Get a feed of posts */
    $get:
      | Answer<ReadFeedInput, null, 200>
      | Answer<ReadFeedInput, null, 304>
      | Refusals<
          ReadFeedInput,
          {
            400: 'malformed_url';
            401: 'token_missing' | 'token_invalid' | 'token_expired' | 'token_revoked';
            413: 'body_too_large';
            422: 'invalid_input';
            429: 'rate_limited';
            500: 'internal_error' | 'misconfigured';
            503: 'database_unavailable' | 'schema_outdated';
          }
        >;
  };
  '/posts/reports': {
    /** List reports */
    $get:
      | Answer<ListReportsInput, ReportDetailsPage, 200>
      | Refusals<
          ListReportsInput,
          {
            400: 'malformed_url';
            401: 'token_missing' | 'token_invalid' | 'token_expired' | 'token_revoked';
            403: 'admin_only';
            413: 'body_too_large';
            422: 'invalid_input';
            429: 'rate_limited';
            500: 'internal_error' | 'misconfigured';
            503: 'database_unavailable' | 'schema_outdated';
          }
        >;
  };
  '/posts/reports/audit': {
    /** List admin actions */
    $get:
      | Answer<ListAuditEntriesInput, AuditEntryPage, 200>
      | Refusals<
          ListAuditEntriesInput,
          {
            400: 'malformed_url';
            401: 'token_missing' | 'token_invalid' | 'token_expired' | 'token_revoked';
            403: 'admin_only';
            413: 'body_too_large';
            422: 'invalid_input';
            429: 'rate_limited';
            500: 'internal_error' | 'misconfigured';
            503: 'database_unavailable' | 'schema_outdated';
          }
        >;
  };
  '/posts/reports/:id': {
    /** Resolve or reopen a report */
    $patch:
      | Answer<ChangeReportInput, ReportDetails, 200>
      | Refusals<
          ChangeReportInput,
          {
            400: 'malformed_body' | 'malformed_url';
            401: 'token_missing' | 'token_invalid' | 'token_expired' | 'token_revoked';
            403: 'admin_only';
            404: 'report_not_found';
            413: 'body_too_large';
            415: 'unsupported_media_type';
            422: 'invalid_input';
            429: 'rate_limited';
            500: 'internal_error' | 'misconfigured';
            503: 'database_unavailable' | 'schema_outdated';
          }
        >;
  };
  '/posts/:id/reports': {
    /** Report a post */
    $post:
      | Answer<ReportPostInput, Report, 201>
      | Refusals<
          ReportPostInput,
          {
            400: 'malformed_body' | 'malformed_url';
            401: 'token_missing' | 'token_invalid' | 'token_expired' | 'token_revoked';
            404: 'post_not_found';
            409: 'already_reported';
            413: 'body_too_large';
            415: 'unsupported_media_type';
            422: 'invalid_input' | 'cannot_report_self';
            429: 'rate_limited';
            500: 'internal_error' | 'misconfigured';
            503: 'database_unavailable' | 'schema_outdated';
          }
        >;
  };
  '/posts/:id/replies': {
    /** List the replies to a post */
    $get:
      | Answer<ListRepliesInput, PostPage, 200>
      | Refusals<
          ListRepliesInput,
          {
            400: 'malformed_url';
            401: 'token_missing' | 'token_invalid' | 'token_expired' | 'token_revoked';
            404: 'post_not_found';
            413: 'body_too_large';
            422: 'invalid_input';
            429: 'rate_limited';
            500: 'internal_error' | 'misconfigured';
            503: 'database_unavailable' | 'schema_outdated';
          }
        >;
    /** Reply to a post */
    $post:
      | Answer<CreateReplyInput, Post, 201>
      | Refusals<
          CreateReplyInput,
          {
            400: 'malformed_body' | 'malformed_url';
            401: 'token_missing' | 'token_invalid' | 'token_expired' | 'token_revoked';
            403: 'blocked';
            404: 'post_not_found' | 'parent_not_found';
            413: 'body_too_large';
            415: 'unsupported_media_type';
            422: 'invalid_input' | 'idempotency_key_reused';
            429: 'rate_limited';
            500: 'internal_error' | 'misconfigured';
            503: 'database_unavailable' | 'schema_outdated';
          }
        >;
  };
  '/posts/:id/thread': {
    /** Get the thread of a post */
    $get:
      | Answer<ReadThreadInput, Thread, 200>
      | Refusals<
          ReadThreadInput,
          {
            400: 'malformed_url';
            401: 'token_missing' | 'token_invalid' | 'token_expired' | 'token_revoked';
            404: 'post_not_found';
            413: 'body_too_large';
            422: 'invalid_input';
            429: 'rate_limited';
            500: 'internal_error' | 'misconfigured';
            503: 'database_unavailable' | 'schema_outdated';
          }
        >;
  };
  '/posts/:id/history': {
    /** List earlier versions of a post */
    $get:
      | Answer<ListVersionsInput, PostVersionPage, 200>
      | Refusals<
          ListVersionsInput,
          {
            400: 'malformed_url';
            401: 'token_missing' | 'token_invalid' | 'token_expired' | 'token_revoked';
            404: 'post_not_found';
            413: 'body_too_large';
            422: 'invalid_input';
            429: 'rate_limited';
            500: 'internal_error' | 'misconfigured';
            503: 'database_unavailable' | 'schema_outdated';
          }
        >;
  };
  '/posts/:id/votes': {
    /** List the users who voted for a post */
    $get:
      | Answer<ListVotersInput, UserPage, 200>
      | Refusals<
          ListVotersInput,
          {
            400: 'malformed_url';
            401: 'token_missing' | 'token_invalid' | 'token_expired' | 'token_revoked';
            404: 'post_not_found';
            413: 'body_too_large';
            422: 'invalid_input';
            429: 'rate_limited';
            500: 'internal_error' | 'misconfigured';
            503: 'database_unavailable' | 'schema_outdated';
          }
        >;
  };
  '/posts/:id': {
    /** Get a post */
    $get:
      | Answer<ReadPostInput, Post, 200>
      | Answer<ReadPostInput, null, 304>
      | Refusals<
          ReadPostInput,
          {
            400: 'malformed_url';
            401: 'token_missing' | 'token_invalid' | 'token_expired' | 'token_revoked';
            404: 'post_not_found';
            413: 'body_too_large';
            422: 'invalid_input';
            429: 'rate_limited';
            500: 'internal_error' | 'misconfigured';
            503: 'database_unavailable' | 'schema_outdated';
          }
        >;
    /** Replace a post */
    $put:
      | Answer<ReplacePostInput, Post, 200>
      | Refusals<
          ReplacePostInput,
          {
            400: 'malformed_body' | 'malformed_url';
            401: 'token_missing' | 'token_invalid' | 'token_expired' | 'token_revoked';
            403: 'blocked' | 'not_owner';
            404: 'post_not_found';
            412: 'precondition_failed';
            413: 'body_too_large';
            415: 'unsupported_media_type';
            422: 'invalid_input';
            429: 'rate_limited';
            500: 'internal_error' | 'misconfigured';
            503: 'database_unavailable' | 'schema_outdated';
          }
        >;
    /** Edit a post */
    $patch:
      | Answer<EditPostInput, Post, 200>
      | Refusals<
          EditPostInput,
          {
            400: 'malformed_body' | 'malformed_url';
            401: 'token_missing' | 'token_invalid' | 'token_expired' | 'token_revoked';
            403: 'blocked' | 'not_owner';
            404: 'post_not_found';
            412: 'precondition_failed';
            413: 'body_too_large';
            415: 'unsupported_media_type';
            422: 'invalid_input';
            429: 'rate_limited';
            500: 'internal_error' | 'misconfigured';
            503: 'database_unavailable' | 'schema_outdated';
          }
        >;
    /** Delete a post */
    $delete:
      | Answer<DeletePostInput, null, 204>
      | Refusals<
          DeletePostInput,
          {
            400: 'malformed_url';
            401: 'token_missing' | 'token_invalid' | 'token_expired' | 'token_revoked';
            403: 'not_owner';
            404: 'post_not_found';
            412: 'precondition_failed';
            413: 'body_too_large';
            422: 'invalid_input';
            429: 'rate_limited';
            500: 'internal_error' | 'misconfigured';
            503: 'database_unavailable' | 'schema_outdated';
          }
        >;
  };
  '/posts/:id/bookmark': {
    /** Bookmark a post */
    $put:
      | Answer<AddBookmarkInput, null, 204>
      | Refusals<
          AddBookmarkInput,
          {
            400: 'malformed_url';
            401: 'token_missing' | 'token_invalid' | 'token_expired' | 'token_revoked';
            404: 'post_not_found';
            413: 'body_too_large';
            422: 'invalid_input';
            429: 'rate_limited';
            500: 'internal_error' | 'misconfigured';
            503: 'database_unavailable' | 'schema_outdated';
          }
        >;
    /** Remove a bookmark */
    $delete:
      | Answer<RemoveBookmarkInput, null, 204>
      | Refusals<
          RemoveBookmarkInput,
          {
            400: 'malformed_url';
            401: 'token_missing' | 'token_invalid' | 'token_expired' | 'token_revoked';
            404: 'post_not_found';
            413: 'body_too_large';
            422: 'invalid_input';
            429: 'rate_limited';
            500: 'internal_error' | 'misconfigured';
            503: 'database_unavailable' | 'schema_outdated';
          }
        >;
  };
  '/votes': {
    /** Check which posts you voted for */
    $get:
      | Answer<ListVotedPostsInput, VotedPosts, 200>
      | Refusals<
          ListVotedPostsInput,
          {
            400: 'malformed_url';
            401: 'token_missing' | 'token_invalid' | 'token_expired' | 'token_revoked';
            413: 'body_too_large';
            422: 'invalid_input';
            429: 'rate_limited';
            500: 'internal_error' | 'misconfigured';
            503: 'database_unavailable' | 'schema_outdated';
          }
        >;
    /** Add or withdraw a vote */
    $post:
      | Answer<VoteInput, VoteReceipt, 201>
      | Refusals<
          VoteInput,
          {
            400: 'malformed_body';
            401: 'token_missing' | 'token_invalid' | 'token_expired' | 'token_revoked';
            403: 'blocked';
            404: 'post_not_found' | 'vote_not_found';
            409: 'already_voted';
            413: 'body_too_large';
            415: 'unsupported_media_type';
            422: 'invalid_input';
            429: 'rate_limited';
            500: 'internal_error' | 'misconfigured';
            503: 'database_unavailable' | 'schema_outdated';
          }
        >;
  };
  '/votes/:post_id': {
    /** Vote for a post */
    $put:
      | Answer<AddVoteInput, VoteCount, 200>
      | Refusals<
          AddVoteInput,
          {
            400: 'malformed_url';
            401: 'token_missing' | 'token_invalid' | 'token_expired' | 'token_revoked';
            403: 'blocked';
            404: 'post_not_found';
            413: 'body_too_large';
            422: 'invalid_input';
            429: 'rate_limited';
            500: 'internal_error' | 'misconfigured';
            503: 'database_unavailable' | 'schema_outdated';
          }
        >;
    /** Withdraw a vote */
    $delete:
      | Answer<RemoveVoteInput, null, 204>
      | Refusals<
          RemoveVoteInput,
          {
            400: 'malformed_url';
            401: 'token_missing' | 'token_invalid' | 'token_expired' | 'token_revoked';
            404: 'post_not_found';
            413: 'body_too_large';
            422: 'invalid_input';
            429: 'rate_limited';
            500: 'internal_error' | 'misconfigured';
            503: 'database_unavailable' | 'schema_outdated';
          }
        >;
  };
};

/** The type of the whole API, for `hc` of hono/client. */
export type App = Hono<BlankEnv, Routes, '/'>;
