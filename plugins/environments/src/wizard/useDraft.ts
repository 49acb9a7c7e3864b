import type { JsonObject } from '@backstage/types';
import { useCallback, useEffect, useState } from 'react';

const KEY = 'moorline.create-environment.draft';

/** Puts something into the form, for the next time that it opens in this browser tab. */
export function saveDraft(draft: JsonObject): void {
  sessionStorage.setItem(KEY, JSON.stringify(draft));
}

/**
 * What has been entered, kept for this browser tab so that a reload or a look at
 * another page loses nothing.
 */
export function useDraft() {
  const [draft, setDraft] = useState<JsonObject>(() => {
    try {
      return JSON.parse(sessionStorage.getItem(KEY) ?? '{}');
    } catch {
      return {};
    }
  });
  useEffect(() => {
    saveDraft(draft);
  }, [draft]);
  const forget = useCallback(() => sessionStorage.removeItem(KEY), []);
  return { draft, setDraft, forget };
}
