import { useState } from 'preact/hooks';

const TINTS = 6;

/** A decoration beside a name, so screen readers skip it. */
export function Avatar({
  of: { id, username, avatar_url },
  size = '',
}: {
  of: { id: number; username: string; avatar_url: string | null };
  size?: 'large' | 'tiny' | '';
}) {
  const [brokenUrl, setBrokenUrl] = useState<string>();
  const hasPicture = avatar_url && avatar_url !== brokenUrl;
  return (
    <span class={`avatar ${size} tint-${id % TINTS}`} aria-hidden="true">
      {hasPicture ? (
        <img
          src={avatar_url}
          alt=""
          loading="lazy"
          referrerpolicy="no-referrer"
          onError={() => setBrokenUrl(avatar_url)}
        />
      ) : (
        username.slice(0, 1).toUpperCase()
      )}
    </span>
  );
}
