import { useQuery } from '@tanstack/preact-query';
import { useEffect, useState } from 'preact/hooks';
import { useLocation, useSearchParams } from 'wouter-preact';
import { isProblem, unwrap } from '../../../client/index.ts';
import { api } from '../api.ts';
import { Composer, type Written } from '../parts/composer.tsx';
import { Members, Page } from '../parts/page.tsx';
import { Failure, isMissing, Loading } from '../parts/states.tsx';
import { hashtagsIn, Tags, Text } from '../parts/text.tsx';
import { addOwnPost, changePost, client, one, readVersion, type Version } from '../queries.ts';
import { type Draft, keepDraft, readDraft } from '../state/drafts.ts';
import { say } from '../state/notes.ts';
import { post as sendPost } from '../state/outbox.ts';
import { words } from '../words.ts';
import { NotFound } from './not-found.tsx';

function NewPost() {
  const [, navigate] = useLocation();
  const send = async (written: Written, published: boolean) => {
    const post = await sendPost('new', { ...written, published });
    if (!post) {
      say(words.outbox.later);
      return navigate('/', { replace: true });
    }
    addOwnPost(post);
    say(published ? words.composer.published : words.composer.draftSaved);
    navigate(published ? `/p/${post.id}` : '/drafts', { replace: true });
  };
  return (
    <Page title={words.composer.title} hasBack>
      <Composer place="new" go={words.composer.publish} canBeDraft takesFocus onSend={send} />
    </Page>
  );
}

/** The form for a version. Tags that its text has need not be given. */
function draftOf({ post, etag }: Version): Draft {
  const inText = hashtagsIn(post.content);
  const tags = post.tags.filter((tag) => !inText.has(tag)).join(' ');
  return { title: post.title ?? '', content: post.content, tags, etag };
}

/** Both versions of a post that was edited elsewhere meanwhile. One is in the form, the other here. */
function Conflict({ other, label, onUse }: { other: Draft; label: string; onUse: () => void }) {
  const said = { content: other.content, mentions: [], tags: [] };
  return (
    <section class="conflict" role="alert" aria-labelledby="conflict">
      <h2 id="conflict">{words.conflict.title}</h2>
      <p>{words.conflict.text}</p>
      <div class="version">
        <h3>{label}</h3>
        {other.title && (
          <p class="title" dir="auto">
            {other.title}
          </p>
        )}
        <Text said={said} />
        <Tags tags={other.tags.split(' ').filter(Boolean)} />
      </div>
      <p class="actions">
        <button type="button" class="quiet" onClick={onUse}>
          {words.conflict.use}
        </button>
      </p>
    </section>
  );
}

interface Clash {
  theirs: Version;
  /** What is shown beside the form. */
  other: Draft;
  isOtherMine: boolean;
}

function Form({ version }: { version: Version }) {
  const { id, published } = version.post;
  const place = `edit-${id}`;
  const [, navigate] = useLocation();
  const [start, setStart] = useState(() => draftOf(version));
  const [round, setRound] = useState(0);
  const [etag, setEtag] = useState(version.etag);
  const [clash, setClash] = useState<Clash>();

  const meet = (theirs: Version) => {
    setClash({ theirs, other: draftOf(theirs), isOtherMine: false });
    setEtag(theirs.etag);
  };
  useEffect(() => {
    // The text that was kept may have begun with an earlier version.
    const kept = readDraft(place)?.etag;
    if (kept && kept !== version.etag) meet(version);
  }, []);

  const send = async ({ title, content, tags }: Written, isPublished: boolean) => {
    const json = { title, content, tags, published: isPublished || published };
    try {
      const edit = api.posts[':id'].$patch({ param: { id }, header: { 'If-Match': etag }, json });
      const saved = await unwrap(edit);
      changePost(id, () => saved);
      if (!published && saved.published) addOwnPost(saved);
      for (const key of ['thread', 'history', 'drafts', 'tags'])
        client.invalidateQueries({ queryKey: [key] });
      say(words.composer.saved);
      navigate(saved.published ? `/p/${id}` : '/drafts', { replace: true });
    } catch (error) {
      if (isProblem(error, 'precondition_failed')) meet(await readVersion(id));
      throw error;
    }
  };
  const swap = () => {
    if (!clash) return;
    const mine = readDraft(place) ?? start;
    keepDraft(place, { ...clash.other, etag });
    setStart(draftOf(clash.theirs));
    setClash({ ...clash, other: mine, isOtherMine: !clash.isOtherMine });
    setRound(round + 1);
  };
  return (
    <Page title={words.composer.editTitle} hasBack>
      {clash && (
        <Conflict
          other={clash.other}
          label={clash.isOtherMine ? words.conflict.mine : words.conflict.theirs}
          onUse={swap}
        />
      )}
      <Composer
        key={round}
        place={place}
        start={{ ...start, etag }}
        go={published ? words.composer.save : words.composer.publish}
        canBeDraft={!published}
        label={words.composer.editTitle}
        takesFocus
        onSend={send}
        onCancel={() => navigate(published ? `/p/${id}` : '/drafts', { replace: true })}
      />
    </Page>
  );
}

function Edit({ id }: { id: number }) {
  const { data, error, refetch } = useQuery({ ...one.version(id), refetchOnReconnect: false });
  if (!data && isMissing(error)) return <NotFound />;
  if (error) return <Failure error={error} onAgain={() => refetch()} />;
  if (!data) return <Loading />;
  return <Form key={id} version={data} />;
}

export function Compose() {
  const [query] = useSearchParams();
  const id = Number(query.get('edit'));
  return (
    <Members title={words.composer.title} ask={words.composer.signIn}>
      {id ? <Edit id={id} /> : <NewPost />}
    </Members>
  );
}
