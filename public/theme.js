// Shows the theme that was chosen in the web client, else the system's, on all pages. Runs before anything is painted.
const KEY = 'ledge.theme';
const systemIsDark = matchMedia('(prefers-color-scheme: dark)');

function chosenTheme() {
  try {
    const theme = JSON.parse(localStorage.getItem(KEY) ?? 'null');
    return theme === 'light' || theme === 'dark' ? theme : undefined;
  } catch {
    // Storage may be closed to pages, or hold anything.
    return undefined;
  }
}

function showTheme() {
  const root = document.documentElement;
  const theme = chosenTheme();
  if (theme) root.dataset.theme = theme;
  else delete root.dataset.theme;
  // The name that the style sheet of Swagger UI knows.
  root.classList.toggle('dark-mode', theme ? theme === 'dark' : systemIsDark.matches);
  dispatchEvent(new Event('themechange'));
}

systemIsDark.addEventListener('change', showTheme);
addEventListener('storage', ({ key }) => key === KEY && showTheme());
showTheme();
