import { navigate } from 'wouter-preact/use-browser-location';
import { createStore } from './store.ts';

export const isHelpOpen = createStore(false);

const FIELDS = 'input, textarea, select, [contenteditable]';
const CONTROLS = 'a, button, input, textarea, select, summary, label, dialog';

const posts = () => [...document.querySelectorAll<HTMLElement>('main article[data-post]')];

/** The next post, or the one before: from the focused one, or from the first that is in sight. */
function step(by: 1 | -1): void {
  const all = posts();
  const focused = document.activeElement?.closest<HTMLElement>('article[data-post]');
  const inSight = all.findIndex((post) => post.getBoundingClientRect().bottom > 80);
  const index = focused ? all.indexOf(focused) + by : by === 1 ? inSight : inSight - 1;
  const next = all[Math.min(Math.max(index, 0), all.length - 1)];
  next?.focus({ preventScroll: true });
  next?.scrollIntoView({ block: 'nearest' });
}

function open(post: Element | null | undefined): boolean {
  const id = (post as HTMLElement | undefined)?.dataset.post;
  if (!id || location.pathname === `/p/${id}`) return false;
  navigate(`/p/${id}`);
  return true;
}

const SHORTCUTS: Record<string, () => void> = {
  j: () => step(1),
  k: () => step(-1),
  n: () => navigate('/compose'),
  '/': () => {
    const field = document.querySelector<HTMLElement>('main input[type=search]');
    if (field) field.focus();
    else navigate('/search');
  },
  '?': () => isHelpOpen.set(true),
};

function onKey(event: KeyboardEvent): void {
  const target = event.target as HTMLElement;
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
  if (event.key === 'Escape') {
    if (target.matches(FIELDS)) target.blur();
    return;
  }
  // A dialog that was just closed keeps the focus until the next frame.
  if (target.matches(FIELDS) || target.closest('dialog[open]')) return;
  if (event.key === 'Enter' && target.matches('article[data-post]')) {
    if (open(target)) event.preventDefault();
    return;
  }
  const shortcut = SHORTCUTS[event.key];
  if (!shortcut) return;
  // The key must not be typed into the field that it leads to.
  event.preventDefault();
  shortcut();
}

/** A click on a post, but on nothing in it, opens it. Text can be selected. */
function onClick(event: MouseEvent): void {
  const target = event.target as HTMLElement;
  if (event.defaultPrevented || event.button !== 0 || target.closest(CONTROLS)) return;
  if (!getSelection()?.isCollapsed) return;
  open(target.closest('article[data-post]'));
}

export function startKeys(): void {
  addEventListener('keydown', onKey);
  addEventListener('click', onClick);
}
