import { Link, useLocation } from 'wouter-preact';

/** Views of one page, each with its own address. */
export function Tabs({ label, tabs }: { label: string; tabs: [href: string, text: string][] }) {
  const [path] = useLocation();
  return (
    <nav class="tabs" aria-label={label}>
      {tabs.map(([href, text]) => (
        <Link key={href} href={href} aria-current={path === href ? 'page' : undefined}>
          {text}
        </Link>
      ))}
    </nav>
  );
}
