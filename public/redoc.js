// The reading page: Redoc, in the colours of the brand, with code samples.
import { addCodeSamples } from './code-samples.js';

const { Redoc } = globalThis;
const answer = await fetch('/openapi.json');
if (!answer.ok) throw new Error(`/openapi.json answered ${answer.status}`);
const api = await answer.json();
addCodeSamples(api, location.origin);

/** The present value of a token of brand.css. Redoc computes with colours, and knows no custom properties. */
function colour(token) {
  const probe = document.body.appendChild(document.createElement('span'));
  probe.style.color = `var(--ledge-${token})`;
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

function themeOf() {
  const root = getComputedStyle(document.documentElement);
  const [font, code] = ['--ledge-font', '--ledge-font-code'].map((name) => root.getPropertyValue(name));
  const [ink, muted, line, ground] = ['ink', 'muted', 'line', 'ground'].map(colour);
  const isDark = document.documentElement.classList.contains('dark-mode');
  const [link, danger] = [colour('signal-text'), colour('danger')];
  return {
    spacing: { sectionVertical: 24 },
    colors: {
      // Below white words, and as words on the ground.
      primary: { main: isDark ? '#e4572e' : '#c2431b' },
      error: { main: danger },
      success: { main: colour('success') },
      text: { primary: ink, secondary: muted },
      border: { dark: line, light: line },
      gray: { 50: ground, 100: ground },
      responses: {
        success: { color: colour('success'), backgroundColor: ground, tabTextColor: '#7bd49c' },
        error: { color: danger, backgroundColor: ground, tabTextColor: '#ff8a80' },
      },
      // Below white words, and as words of the menu.
      http: { get: '#1f6f43', post: '#1d5fa8', put: '#8a5a00', patch: '#7a4b9a', delete: '#b3261e' },
    },
    typography: {
      fontSize: '16px',
      fontFamily: font,
      headings: { fontFamily: font, fontWeight: '650' },
      code: { fontFamily: code, fontSize: '14px', color: ink, backgroundColor: ground, wrap: true },
      links: { color: link, visited: link, hover: link },
    },
    sidebar: { backgroundColor: ground, textColor: ink, activeTextColor: link, arrow: { color: muted } },
    schema: {
      nestedBackground: ground,
      linesColor: line,
      typeNameColor: muted,
      typeTitleColor: ink,
      requireLabelColor: danger,
      arrow: { color: muted },
    },
    // In ink in both themes, as code is shown everywhere.
    rightPanel: { backgroundColor: '#1d2a3a', textColor: '#e7edf4' },
    codeBlock: { backgroundColor: '#131d29' },
    // The button of the menu on a phone.
    fab: { backgroundColor: isDark ? '#1a2430' : '#1d2a3a', color: '#e7edf4' },
  };
}

function show() {
  const place = document.createElement('div');
  document.querySelector('#redoc').replaceChildren(place);
  Redoc.init(api, { hideDownloadButton: true, expandResponses: '', theme: themeOf() }, place);
}

show();
addEventListener('themechange', show);
