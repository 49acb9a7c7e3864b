import { ButtonIcon } from '@backstage/ui';
import { RiCheckLine, RiFileCopyLine } from '@remixicon/react';
import { useEffect, useState } from 'react';
import styles from './CopyText.module.css';

/**
 * A short text that stands for a long one, with a button that copies the long one.
 *
 * @param props.short - what is shown
 * @param props.full - what is copied, and shown on hover
 * @param props.what - for the button's name: "image", "address"
 */
export function CopyText(props: { short: string; full: string; what: string }) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), 2_000);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <span className={styles.copy}>
      <code className={styles.text} title={props.full}>
        {props.short}
      </code>
      <ButtonIcon
        size="small"
        variant="tertiary"
        aria-label={copied ? `Copied ${props.what}` : `Copy ${props.what}`}
        icon={copied ? <RiCheckLine /> : <RiFileCopyLine />}
        onPress={async () => {
          await navigator.clipboard.writeText(props.full);
          setCopied(true);
        }}
      />
    </span>
  );
}
