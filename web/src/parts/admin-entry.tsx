import { useQuery } from '@tanstack/preact-query';
import { one } from '../queries.ts';
import { session } from '../state/session.ts';
import { useStore } from '../state/store.ts';

/** What admins alone find in a menu. */
export function AdminEntry({ text, onChoose }: { text: string; onChoose: () => void }) {
  const { state } = useStore(session);
  const { data: me } = useQuery({ ...one.me(), enabled: state === 'member' });
  if (state !== 'member' || me?.role !== 'admin') return null;
  return (
    <li>
      <button type="button" class="warns" onClick={onChoose}>
        {text}
      </button>
    </li>
  );
}
