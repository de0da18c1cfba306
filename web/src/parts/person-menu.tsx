import { useState } from 'preact/hooks';
import { useLocation } from 'wouter-preact';
import type { User } from '../../../client/index.ts';
import { toggleHiding } from '../state/actions.ts';
import { words } from '../words.ts';
import { AdminEntry } from './admin-entry.tsx';
import type { DeletionProps } from './deletion.tsx';
import { Confirm } from './dialog.tsx';
import { later } from './later.tsx';
import { Menu } from './menu.tsx';
import type { ReportProps } from './report.tsx';

const Deletion = later<DeletionProps>(() => import('./deletion.tsx').then(({ Deletion }) => Deletion));
const Report = later<ReportProps>(() => import('./report.tsx').then(({ Report }) => Report));

/** What can be done about somebody besides following them. */
export function PersonMenu({ user }: { user: User }) {
  const [asking, setAsking] = useState<'block' | 'report' | 'delete'>();
  const [, navigate] = useLocation();
  const close = () => setAsking(undefined);
  const { more, mute, unmute, block, unblock, report, blockTitle, blockText } = words.person;
  const { blocking = false, muting = false } = user.viewer ?? {};
  const startBlock = () => {
    close();
    toggleHiding('block', user);
  };
  return (
    <>
      <Menu label={more}>
        <li>
          <button type="button" onClick={() => toggleHiding('mute', user)}>
            {muting ? unmute : mute}
          </button>
        </li>
        <li>
          <button
            type="button"
            class={blocking ? '' : 'warns'}
            onClick={() => (blocking ? toggleHiding('block', user) : setAsking('block'))}
          >
            {blocking ? unblock : block}
          </button>
        </li>
        <li>
          <button type="button" class="warns" onClick={() => setAsking('report')}>
            {report}
          </button>
        </li>
        <AdminEntry text={words.deletion.user} onChoose={() => setAsking('delete')} />
      </Menu>
      {asking === 'report' && <Report about={{ user: user.id, name: user.username }} onClose={close} />}
      {asking === 'delete' && (
        <Deletion of={{ user: user.id, name: user.username }} onDone={() => navigate('/')} onClose={close} />
      )}
      {asking === 'block' && (
        <Confirm
          title={blockTitle(user.username)}
          text={blockText}
          go={block}
          onGo={startBlock}
          onClose={close}
        />
      )}
    </>
  );
}
