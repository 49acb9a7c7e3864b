import { createHash } from 'crypto';

// Azure makes these up. The same resource gets the same ones, so that a run can be repeated and compared.
const digest = (seed: string) =>
  createHash('sha256').update(seed).digest('hex');

/** A UUID, the same for the same seed. */
export function uuidOf(seed: string): string {
  const hex = digest(seed);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

/** Lowercase hexadecimal digits, the same for the same seed. */
export function hexOf(seed: string, length: number): string {
  return digest(seed).slice(0, length);
}

/** A number from 0 up to, and without, the limit. */
export function numberOf(seed: string, limit: number): number {
  return parseInt(digest(seed).slice(0, 8), 16) % limit;
}

/** A key of 64 bytes in base64, of the form of Azure's; it opens nothing. */
export function keyOf(seed: string): string {
  return Buffer.from(digest(seed) + digest(`${seed}.`), 'hex').toString(
    'base64',
  );
}
