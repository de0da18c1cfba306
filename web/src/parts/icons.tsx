const PATHS = {
  home: 'M3 10.5 12 3l9 7.5V20a1 1 0 0 1-1 1h-5v-6H9v6H4a1 1 0 0 1-1-1z',
  search: 'M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13M15.5 15.5 21 21',
  tag: 'M9 4 7 20M17 4l-2 16M4 9h17M3 15h17',
  bell: 'M6 17V11a6 6 0 0 1 12 0v6l1.5 1.5h-15zM10 21.5h4',
  at: 'M16 12a4 4 0 1 1-1.2-2.8M16 8v5.5a2.5 2.5 0 0 0 5 0V12a9 9 0 1 0-3.5 7.1',
  bookmark: 'M6 3.5h12V21l-6-4.5L6 21z',
  draft: 'M6 3h8l5 5v13H6zM14 3v5h5M9 13h6M9 17h4',
  person: 'M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8M4.5 21a7.5 7.5 0 0 1 15 0',
  settings:
    'M4 7h9M19 7h1M4 17h1M11 17h9M16 4.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5M8 14.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5',
  flag: 'M5 21V4h13l-2.5 4.5L18 13H5',
  feed: 'M5 11a8 8 0 0 1 8 8M5 5a14 14 0 0 1 14 14M5 18.500h1v.5H5z',
  write: 'M4 20h4L20 8l-4-4L4 16zM13.5 6.5l4 4',
  more: 'M5 11.5h.5v1H5zM12 11.5h.5v1h-.5zM19 11.5h.5v1h-.5z',
  vote: 'M12 4.5 20 13h-4.5v6.5h-7V13H4z',
  reply: 'M4 5h16v11H11l-5 4.5V16H4z',
  back: 'M19 12H5M11 6l-6 6 6 6',
  close: 'M6 6l12 12M18 6 6 18',
};

export type IconName = keyof typeof PATHS;

/** A picture beside a text, so screen readers skip it. */
export const Icon = ({ name, isFilled = false }: { name: IconName; isFilled?: boolean }) => (
  <svg class={isFilled ? 'icon filled' : 'icon'} viewBox="0 0 24 24" aria-hidden="true">
    <path d={PATHS[name]} />
  </svg>
);

export const Mark = () => (
  <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
    <path class="ledge" d="M0 19h31v5H0z" />
    <path class="stone" d="M20 9h9v9h-9z" />
  </svg>
);
