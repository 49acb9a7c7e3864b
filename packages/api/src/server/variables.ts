/** An environment variable that sets something. */
export interface Variable<T> {
  name: string;
  about: string;
  /** As it would be written; left out: it must be set. */
  fallback?: string;
  /** @throws Error that says what to give. */
  parse(text: string): T;
}

/** The variables of a program's settings. */
export type Variables<S> = { [K in keyof S]: Variable<S[K]> };

/** As `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Any text. */
export const text = (value: string) => value;

/** A whole number within bounds. */
export const number = (least: number, most: number) => (value: string) => {
  const parsed = Number(value);
  if (!Number.isInteger(parsed) || parsed < least || parsed > most) {
    throw new Error(`give a whole number from ${least} to ${most}`);
  }
  return parsed;
};

/** Some settings have a value that cannot be used. */
export class SettingsError extends Error {
  constructor(problems: string[]) {
    super(problems.join('\n'));
    this.name = 'SettingsError';
  }
}

/**
 * Reads settings from environment variables.
 *
 * @throws SettingsError naming every variable that is missing or wrong, without its value.
 */
export function readVariables<S>(variables: Variables<S>, env: Environment): S {
  const problems: string[] = [];
  const entries = Object.entries(variables).map(([key, variable]) => {
    const { name, about, fallback, parse } = variable as Variable<unknown>;
    // Set but empty is not set: that is what templates leave behind.
    const value = env[name] || fallback;
    if (value === undefined) {
      problems.push(`${name}: set it: ${about}`);
      return [key, undefined];
    }
    try {
      return [key, parse(value)];
    } catch (error) {
      problems.push(`${name}: ${(error as Error).message}`);
      return [key, undefined];
    }
  });
  if (problems.length > 0) throw new SettingsError(problems);
  return Object.fromEntries(entries) as S;
}

/** The variables, one a line, for `--help`. */
export function describeVariables<S>(variables: Variables<S>): string {
  return Object.values<Variable<unknown>>(variables)
    .map(({ name, about, fallback }) => {
      const usual =
        fallback === undefined ? 'required' : fallback && `default ${fallback}`;
      return `  ${name.padEnd(28)} ${about}${usual ? ` (${usual})` : ''}`;
    })
    .join('\n');
}
