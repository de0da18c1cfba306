import { useQuery } from '@tanstack/preact-query';
import { type Session, unwrap } from '../../../../client/index.ts';
import { api } from '../../api.ts';
import { Failure, Loading } from '../../parts/states.tsx';
import { Time } from '../../parts/time.tsx';
import { client, one } from '../../queries.ts';
import { orSay } from '../../state/actions.ts';
import { say } from '../../state/notes.ts';
import { words } from '../../words.ts';

const BROWSERS: [sign: RegExp, name: string][] = [
  [/Edg\//, 'Edge'],
  [/Firefox\//, 'Firefox'],
  [/OPR\//, 'Opera'],
  [/Chrom(e|ium)\//, 'Chrome'],
  [/Safari\//, 'Safari'],
];
const SYSTEMS: [sign: RegExp, name: string][] = [
  [/iPhone|iPad/, 'iOS'],
  [/Android/, 'Android'],
  [/Windows/, 'Windows'],
  [/Mac OS X/, 'macOS'],
  [/Linux/, 'Linux'],
];

/** A user agent in two words, as far as it is known. */
function nameOf(agent: string | null): string {
  if (!agent) return words.settings.unknownAgent;
  const browser = BROWSERS.find(([sign]) => sign.test(agent))?.[1];
  const system = SYSTEMS.find(([sign]) => sign.test(agent))?.[1];
  if (!browser) return agent.slice(0, 60);
  return system ? `${browser}, ${system}` : browser;
}

const end = (work: () => Promise<unknown>, done: string) =>
  orSay(async () => {
    await work();
    await client.invalidateQueries({ queryKey: ['sessions'] });
    say(done);
  });

const Row = ({ session: { id, user_agent, last_used_at, current } }: { session: Session }) => (
  <li class="session-row">
    <div>
      <b title={user_agent ?? undefined}>{nameOf(user_agent)}</b>
      <small>
        {words.settings.lastUsed} <Time at={last_used_at} />
      </small>
    </div>
    {current ? (
      <span class="badge">{words.settings.current}</span>
    ) : (
      <button
        type="button"
        class="quiet small"
        aria-label={words.settings.endNamed(nameOf(user_agent))}
        onClick={() =>
          end(() => unwrap(api.auth.sessions[':id'].$delete({ param: { id } })), words.settings.ended)
        }
      >
        {words.settings.end}
      </button>
    )}
  </li>
);

export function Sessions() {
  const { data, error, refetch } = useQuery(one.sessions());
  if (!data) return error ? <Failure error={error} onAgain={() => refetch()} /> : <Loading />;
  const endOthers = () => unwrap(api.auth.sessions.$delete({ query: { keep_current: true } }));
  return (
    <>
      <p class="lead">{words.settings.sessionsText}</p>
      <ul>
        {data.data.map((session) => (
          <Row key={session.id} session={session} />
        ))}
      </ul>
      {data.data.length > 1 && (
        <p class="actions">
          <button type="button" class="quiet" onClick={() => end(endOthers, words.settings.othersEnded)}>
            {words.settings.endOthers}
          </button>
        </p>
      )}
    </>
  );
}
