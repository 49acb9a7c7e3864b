/** Control characters, space, and what git gives a meaning to in revisions. */
// eslint-disable-next-line no-control-regex
const FORBIDDEN = /[\x00-\x20\x7f~^:?*[\\]|\.\.|@\{|\/\/|\/$|\.$/;

/** Whether a name can be a full ref: the rules of `git check-ref-format`. */
export function isRefName(name: string): boolean {
  const parts = name.split('/');
  return (
    parts.length > 1 &&
    !FORBIDDEN.test(name) &&
    parts.every(part => part && !part.startsWith('.') && !/\.lock$/.test(part))
  );
}
