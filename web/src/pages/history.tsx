import { useQuery } from '@tanstack/preact-query';
import { Page } from '../parts/page.tsx';
import { Empty, Failure, isMissing, Loading } from '../parts/states.tsx';
import { Tags, Text } from '../parts/text.tsx';
import { exactTime, Time } from '../parts/time.tsx';
import { one } from '../queries.ts';
import { words } from '../words.ts';
import { NotFound } from './not-found.tsx';

export function History({ id }: { id: number }) {
  const { data, error, refetch } = useQuery(one.history(id));
  if (isMissing(error)) return <NotFound />;
  return (
    <Page title={words.history.title} hasBack>
      {!data && (error ? <Failure error={error} onAgain={() => refetch()} /> : <Loading />)}
      {data?.data.length === 0 && (
        <Empty>
          <p>{words.history.none}</p>
        </Empty>
      )}
      {data?.data.map((version) => (
        <section key={version.version} class="version" aria-labelledby={`version-${version.version}`}>
          <h2 id={`version-${version.version}`} class="section-head">
            {words.history.version(version.version)} · <Time at={version.created_at} />
            <span class="visually-hidden"> {exactTime(version.created_at)}</span>
          </h2>
          {version.title && (
            <h3 class="title" dir="auto">
              {version.title}
            </h3>
          )}
          <Text said={version} />
          <Tags tags={version.tags} content={version.content} />
        </section>
      ))}
    </Page>
  );
}
