import { useQuery } from '@tanstack/preact-query';
import { useSearch } from 'wouter-preact';
import type { ReportDetails } from '../../../../client/index.ts';
import { List } from '../../parts/list.tsx';
import { Members, Page } from '../../parts/page.tsx';
import { Failure, Loading } from '../../parts/states.tsx';
import { Tabs } from '../../parts/tabs.tsx';
import { lists, one } from '../../queries.ts';
import { words } from '../../words.ts';
import { NotFound } from '../not-found.tsx';
import { Log } from './log.tsx';
import { Row } from './row.tsx';

const ReportList = ({ status }: { status: ReportDetails['status'] }) => (
  <List<ReportDetails>
    of={lists.reports(status)}
    empty={<p>{status === 'open' ? words.reports.noneOpen : words.reports.noneResolved}</p>}
    show={(report) => <Row report={report} />}
  />
);

function ForAdmins() {
  const view = new URLSearchParams(useSearch()).get('show');
  const { data: me, error, refetch } = useQuery(one.me());
  if (!me) return error ? <Failure error={error} onAgain={() => refetch()} /> : <Loading />;
  if (me.role !== 'admin') return <NotFound />;
  const { title, tabs, open, resolved, audit } = words.reports;
  return (
    <Page title={title}>
      <Tabs
        label={tabs}
        tabs={[
          ['/reports', open],
          ['/reports?show=resolved', resolved],
          ['/reports?show=log', audit],
        ]}
      />
      {view === 'log' ? (
        <Log />
      ) : (
        <ReportList key={view} status={view === 'resolved' ? 'resolved' : 'open'} />
      )}
    </Page>
  );
}

export const Reports = () => (
  <Members title={words.reports.title} ask={words.errors.codes.token_missing}>
    <ForAdmins />
  </Members>
);
