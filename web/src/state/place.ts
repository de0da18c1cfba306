import { useLayoutEffect } from 'preact/hooks';
import { useLocation } from 'wouter-preact';

const RESTORE_MS = 3_000;

/** Where each entry of the history was scrolled to. */
const tops: Record<string, number> = JSON.parse(sessionStorage.getItem('ledge.tops') ?? '{}');
let current = '';
let isReturning = false;

const idOfEntry = () => (history.state as { entry?: string } | null)?.entry ?? '';

/** Names the entry of the history that is shown, so that its place can be found again. */
function nameEntry(): void {
  if (!idOfEntry())
    history.replaceState(
      { ...history.state, entry: crypto.getRandomValues(new Uint32Array(2)).join('-') },
      '',
    );
  current = idOfEntry();
}

/** Scrolls as soon as the page is tall enough, unless the reader scrolls first. */
function restore(top: number): void {
  const deadline = Date.now() + RESTORE_MS;
  let isStopped = false;
  const stop = () => {
    isStopped = true;
  };
  for (const event of ['wheel', 'touchstart', 'keydown'])
    addEventListener(event, stop, { once: true, passive: true });
  const step = () => {
    if (isStopped || Date.now() > deadline) return;
    const reach = document.documentElement.scrollHeight - innerHeight;
    if (reach >= top) scrollTo(0, top);
    else requestAnimationFrame(step);
  };
  step();
}

export function startPlaces(): void {
  history.scrollRestoration = 'manual';
  nameEntry();
  const reloaded = tops[current];
  if (reloaded) restore(reloaded);
  addEventListener(
    'scroll',
    () => {
      // While the next page is put in the place of this one, the browser scrolls by itself.
      if (current === idOfEntry()) tops[current] = scrollY;
    },
    { passive: true },
  );
  addEventListener('pagehide', () => sessionStorage.setItem('ledge.tops', JSON.stringify(tops)));
  addEventListener('popstate', () => {
    isReturning = true;
  });
}

/** Scrolls to where the entry was left, or to the top, and moves the focus to the new page. */
export function usePlaces(onMove: (isReturn: boolean) => void): void {
  const [path] = useLocation();
  // Before the effects of the new page, which takes the focus.
  useLayoutEffect(() => {
    const before = current;
    nameEntry();
    if (before === current) return;
    const isReturn = isReturning;
    isReturning = false;
    onMove(isReturn);
    if (isReturn) restore(tops[current] ?? 0);
    else scrollTo(0, 0);
  }, [path]);
}
