/** An error in the words of the person who meets it. */
export interface Explanation {
  /** What happened. */
  title: string;
  /** What is safe, and what to do next. */
  advice: string;
}

interface WireError {
  message?: string;
  name?: string;
  data?: { code?: string; httpStatus?: number };
  cause?: { name?: string };
}

/**
 * Says what happened, what is safe and what to do next.
 *
 * @param error - as thrown by the client, the catalog or the scaffolder
 * @param doing - what was being tried, to follow "Could not": "load the environments"
 */
export function explain(error: unknown, doing: string): Explanation {
  const { message, data } = (error ?? {}) as WireError;
  const status = data?.httpStatus;
  const title = `Could not ${doing}`;
  if (status === 401) {
    return {
      title,
      advice:
        'Your sign-in has expired. Nothing was changed. Reload the page to sign in again.',
    };
  }
  if (status === 403) {
    return {
      title,
      advice: `You are not allowed to. Nothing was changed. Ask the owner of the environment. (${message})`,
    };
  }
  if (status === undefined) {
    return {
      title,
      advice: `The portal's backend did not answer. Your environments are not affected. This page tries again by itself. (${
        message ?? 'no reason given'
      })`,
    };
  }
  if (status === 502 || status === 503) {
    // Somebody behind the backend refused or was away; the message says who, and what to do.
    return {
      title,
      advice: `${message} Your environments are not affected.`,
    };
  }
  if (status >= 500) {
    return {
      title,
      advice: `The portal's backend failed. Your environments are not affected. Try again; if it stays, look for this in the backend's log: ${message}`,
    };
  }
  return { title, advice: message ?? 'No reason was given. Try again.' };
}

/** Whether the API says that there is no such thing. */
export function isNotFound(error: unknown): boolean {
  const { data } = (error ?? {}) as WireError;
  return data?.code === 'NOT_FOUND' || data?.httpStatus === 404;
}
