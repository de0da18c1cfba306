import { useId } from 'preact/hooks';
import { useStore } from '../state/store.ts';
import { chooseTheme, THEMES, theme } from '../state/theme.ts';
import { words } from '../words.ts';

export function ThemeChoice() {
  const chosen = useStore(theme);
  // The choice can be on the page twice; with one name, both would be one group of radio buttons.
  const name = useId();
  return (
    <fieldset class="switch">
      <legend class="visually-hidden">{words.nav.theme}</legend>
      {THEMES.map((one) => (
        <label key={one}>
          <input type="radio" name={name} checked={one === chosen} onChange={() => chooseTheme(one)} />
          <span>{words.theme[one]}</span>
        </label>
      ))}
    </fieldset>
  );
}
