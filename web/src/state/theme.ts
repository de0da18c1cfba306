import { createStore, storage } from './store.ts';

export type Theme = 'system' | 'light' | 'dark';
export const THEMES: Theme[] = ['system', 'light', 'dark'];

export const theme = createStore<Theme>('system');

function show(chosen: Theme): void {
  const root = document.documentElement;
  if (chosen === 'system') delete root.dataset.theme;
  else root.dataset.theme = chosen;
  theme.set(chosen);
}

export function chooseTheme(chosen: Theme): void {
  storage.write('theme', chosen === 'system' ? undefined : chosen);
  show(chosen);
}

/** /theme.js shows the choice before anything is painted; this follows it. */
export function startTheme(): void {
  const read = () => show(storage.read<Theme>('theme') ?? 'system');
  read();
  storage.follow(() => 'theme', read);
}
