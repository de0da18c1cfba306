import { useQuery } from '@tanstack/preact-query';
import type { ComponentChildren } from 'preact';
import { Members, Page } from '../../parts/page.tsx';
import { Failure, Loading } from '../../parts/states.tsx';
import { ThemeChoice } from '../../parts/theme.tsx';
import { one } from '../../queries.ts';
import { words } from '../../words.ts';
import { Email, Password, Profile } from './account.tsx';
import { DeleteAccount, Export } from './data.tsx';
import { Hidden } from './hidden.tsx';
import { Sessions } from './sessions.tsx';

const Section = ({ title, children }: { title: string; children: ComponentChildren }) => (
  <section class="setting" aria-label={title}>
    <h2>{title}</h2>
    {children}
  </section>
);

function Sections() {
  const { data: me, error, refetch } = useQuery(one.me());
  if (!me) return error ? <Failure error={error} onAgain={() => refetch()} /> : <Loading />;
  const { profile, email, password, sessions, look, blocked, muted, data, remove } = words.settings;
  return (
    <>
      <Section title={profile}>
        <Profile me={me} />
      </Section>
      <Section title={look}>
        <ThemeChoice />
      </Section>
      <Section title={email}>
        <Email me={me} />
      </Section>
      <Section title={password}>
        <Password me={me} />
      </Section>
      <Section title={sessions}>
        <Sessions />
      </Section>
      <Section title={blocked}>
        <Hidden how="block" />
      </Section>
      <Section title={muted}>
        <Hidden how="mute" />
      </Section>
      <Section title={data}>
        <Export />
      </Section>
      <Section title={remove}>
        <DeleteAccount me={me} />
      </Section>
    </>
  );
}

export const Settings = () => (
  <Members title={words.settings.title} ask={words.errors.codes.token_missing}>
    <Page title={words.settings.title}>
      <Sections />
    </Page>
  </Members>
);
