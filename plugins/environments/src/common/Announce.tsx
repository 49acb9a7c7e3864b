import { VisuallyHidden } from '@backstage/ui';

/** Tells screen readers what has changed, without moving anyone's focus. */
export function Announce({ children }: { children: string | undefined }) {
  return (
    <VisuallyHidden>
      <div role="status" aria-live="polite">
        {children}
      </div>
    </VisuallyHidden>
  );
}
