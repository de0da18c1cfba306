import { useState } from 'preact/hooks';
import type { User } from '../../../client/index.ts';
import { toggleHiding } from '../state/actions.ts';
import { words } from '../words.ts';
import { Confirm } from './dialog.tsx';
import { later } from './later.tsx';
import { Menu } from './menu.tsx';
import type { ReportProps } from './report.tsx';

const Report = later<ReportProps>(() => import('./report.tsx').then(({ Report }) => Report));

/** What can be done about somebody besides following them. */
export function PersonMenu({ user }: { user: User }) {
  const [asking, setAsking] = useState<'block' | 'report'>();
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
      </Menu>
      {asking === 'report' && <Report about={{ user: user.id, name: user.username }} onClose={close} />}
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
