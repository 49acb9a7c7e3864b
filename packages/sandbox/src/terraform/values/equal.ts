import { isObject, isUnknown, Value } from './value';

/** What a provider of the old type system cannot tell apart: nothing, an empty text, and an empty collection. */
export function isEmpty(value: Value | undefined): boolean {
  return (
    value === undefined ||
    value === null ||
    value === '' ||
    (Array.isArray(value) && value.length === 0) ||
    (isObject(value) && Object.keys(value).length === 0)
  );
}

/** Empty, or what an argument reads as when nothing was given for it: 0 and false. */
export function isZero(value: Value | undefined): boolean {
  return isEmpty(value) || value === 0 || value === false;
}

/** A text that is the same for the same values; sets of objects are ordered by it. */
export function canonical(value: Value | undefined): string {
  if (isUnknown(value)) {
    return '?';
  }
  if (Array.isArray(value)) {
    return `[${value.map(canonical).join()}]`;
  }
  if (isObject(value)) {
    const entries = Object.keys(value)
      .sort()
      .map(key => `${JSON.stringify(key)}:${canonical(value[key])}`);
    return `{${entries.join()}}`;
  }
  return typeof value === 'bigint'
    ? String(value)
    : JSON.stringify(value) ?? 'null';
}

/** Whether two values are the same; with `asSet`, in whatever order their elements come. */
export function same(
  a: Value | undefined,
  b: Value | undefined,
  asSet = false,
): boolean {
  if (asSet && Array.isArray(a) && Array.isArray(b)) {
    const sorted = (set: Value[]) => set.map(canonical).sort().join();
    return sorted(a) === sorted(b);
  }
  return canonical(a ?? null) === canonical(b ?? null);
}
