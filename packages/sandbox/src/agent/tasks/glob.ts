/**
 * A file pattern of a download: `**` any folders, `*` and `?` inside a name.
 * @returns undefined for patterns of other kinds, which are refused rather than misread
 */
export function globToRegExp(pattern: string): RegExp | undefined {
  if (/[[\]{}!()+@]/.test(pattern)) return undefined;
  const body = pattern
    .replace(/^\.?\/+/, '')
    .replace(/[.^$|\\]/g, '\\$&')
    .replace(/\*\*\/|\*\*|\*|\?/g, found => {
      if (found === '**/') return '(?:.*/)?';
      if (found === '**') return '.*';
      return found === '*' ? '[^/]*' : '[^/]';
    });
  return new RegExp(`^${body}$`, 'i');
}
