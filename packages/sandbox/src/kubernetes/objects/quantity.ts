const FACTORS: Record<string, number> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

const FORM =
  /^([+-]?(?:\d+\.?\d*|\.\d+))(?:(n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)|[eE]([+-]?\d+))?$/;

/** The regular expression that the real API server quotes when it refuses a quantity. */
export const QUANTITY_PATTERN = '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$';

/** A Kubernetes quantity (`250m`, `1Gi`, `2e3`) as a number of its base unit; undefined when it is not one. */
export function parseQuantity(text: unknown): number | undefined {
  const match = FORM.exec(String(text ?? ''));
  if (!match) return undefined;
  const [, digits, suffix = '', exponent] = match;
  return Number(digits) * (exponent ? 10 ** Number(exponent) : FACTORS[suffix]);
}

/** CPU in cores as Kubernetes writes it: whole cores or millicores. */
export function formatCpu(cores: number): string {
  const milli = Math.round(cores * 1000);
  return milli % 1000 ? `${milli}m` : String(milli / 1000);
}

/** Bytes in the largest binary unit that keeps the number whole. */
export function formatBytes(bytes: number): string {
  for (const unit of ['Ti', 'Gi', 'Mi', 'Ki']) {
    if (bytes >= FACTORS[unit] && bytes % FACTORS[unit] === 0) {
      return `${bytes / FACTORS[unit]}${unit}`;
    }
  }
  return String(Math.round(bytes));
}
