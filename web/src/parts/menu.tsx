import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { Icon, type IconName } from './icons.tsx';

/** A button that shows links and buttons. Escape, a choice, or leaving it closes it. */
export function Menu({
  label,
  icon = 'more',
  face,
  children,
}: {
  label: string;
  icon?: IconName;
  face?: ComponentChildren;
  children: ComponentChildren;
}) {
  const [isOpen, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const id = useId();

  useEffect(() => {
    if (!isOpen) return;
    const close = (event: Event) => {
      const isInside = root.current?.contains(event.target as Node);
      if (event instanceof KeyboardEvent) {
        if (event.key !== 'Escape') return;
        if (isInside) root.current?.querySelector('button')?.focus();
      } else if (isInside) return;
      setOpen(false);
    };
    const events = ['click', 'focusin', 'keydown'];
    for (const event of events) document.addEventListener(event, close);
    return () => {
      for (const event of events) document.removeEventListener(event, close);
    };
  }, [isOpen]);

  return (
    <div class="menu" ref={root}>
      <button
        type="button"
        class="bare round"
        aria-label={label}
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={() => setOpen(!isOpen)}
      >
        {face ?? <Icon name={icon} />}
      </button>
      <ul
        id={id}
        hidden={!isOpen}
        onClickCapture={() => {
          // What is chosen is gone with the menu: a dialog that it opens brings the focus back to the button.
          root.current?.querySelector('button')?.focus();
          setTimeout(() => setOpen(false));
        }}
      >
        {isOpen && children}
      </ul>
    </div>
  );
}
