import type { ComponentChildren } from 'preact';
import { Link, useLocation, useSearch } from 'wouter-preact';

/** Views of one page, each with its own address. */
export function Tabs({
  label,
  tabs,
  more,
}: {
  label: string;
  tabs: [href: string, text: string][];
  more?: ComponentChildren;
}) {
  const [path] = useLocation();
  const search = useSearch();
  const address = search && tabs.some(([href]) => href.includes('?')) ? `${path}?${search}` : path;
  return (
    <nav class="tabs" aria-label={label}>
      {tabs.map(([href, text]) => (
        <Link key={href} href={href} aria-current={address === href ? 'page' : undefined}>
          {text}
        </Link>
      ))}
      {more}
    </nav>
  );
}
