/** What a build number's format may name. */
export interface BuildNumberContext {
  definitionName: string;
  buildId: number;
  sourceBranchName: string;
  teamProject: string;
  now: Date;
  variables: Record<string, string>;
  /** The next revision of a prefix, from 1. */
  nextRevision(prefix: string): number;
}

/** What Azure Pipelines uses when a YAML has no `name`. */
export const DEFAULT_FORMAT = '$(Date:yyyyMMdd).$(Rev:r)';

const MACRO = /\$\(([^)]+)\)/g;

/**
 * The build number that a `name:` of a pipeline gives; macros that are unknown stay as they are. `$(Rev:r)` counts the
 * runs whose number is otherwise the same.
 */
export function formatBuildNumber(
  format: string | undefined,
  context: BuildNumberContext,
): string {
  const text = (format || DEFAULT_FORMAT).replace(MACRO, (macro, name) =>
    /^Rev:/i.test(name) ? macro : valueOf(name, context) ?? macro,
  );
  // `$(Rev:.r)` has its dot inside.
  const [macro, before, digits] = /\$\(Rev:([^r)]*)(r+)\)/i.exec(text) ?? [];
  const number = macro
    ? text.replace(
        macro,
        before +
          String(context.nextRevision(text.replace(macro, ''))).padStart(
            digits.length,
            '0',
          ),
      )
    : text;
  // The characters and the length that Azure Pipelines refuses.
  return number.replace(/["/:<>\\|?@*]/g, '_').slice(0, 255);
}

function valueOf(
  name: string,
  context: BuildNumberContext,
): string | undefined {
  const { now } = context;
  const date = /^Date:(.+)$/i.exec(name);
  if (date) return formatDate(now, date[1]);
  const year = /^Year:(y+)$/i.exec(name);
  if (year) return formatDate(now, year[1].toLowerCase());
  const known: Record<string, string> = {
    buildid: String(context.buildId),
    'build.buildid': String(context.buildId),
    builddefinitionname: context.definitionName,
    'build.definitionname': context.definitionName,
    sourcebranchname: context.sourceBranchName,
    'build.sourcebranchname': context.sourceBranchName,
    teamproject: context.teamProject,
    'system.teamproject': context.teamProject,
    dayofmonth: String(now.getUTCDate()),
    dayofyear: String(dayOfYear(now)),
    hours: formatDate(now, 'HH'),
    minutes: formatDate(now, 'mm'),
    month: String(now.getUTCMonth() + 1),
    seconds: formatDate(now, 'ss'),
  };
  return (
    known[name.toLowerCase()] ??
    Object.entries(context.variables).find(
      ([key]) => key.toLowerCase() === name.toLowerCase(),
    )?.[1]
  );
}

function dayOfYear(date: Date): number {
  const newYear = Date.UTC(date.getUTCFullYear(), 0, 1);
  return Math.floor((date.getTime() - newYear) / 86_400_000) + 1;
}

function formatDate(date: Date, format: string): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return format
    .replace(/yyyy/g, String(date.getUTCFullYear()))
    .replace(/yy/g, two(date.getUTCFullYear() % 100))
    .replace(/MM/g, two(date.getUTCMonth() + 1))
    .replace(/dd/g, two(date.getUTCDate()))
    .replace(/HH/g, two(date.getUTCHours()))
    .replace(/mm/g, two(date.getUTCMinutes()))
    .replace(/ss/g, two(date.getUTCSeconds()));
}
