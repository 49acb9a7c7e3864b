import type { EnvironmentRecord } from '../client';

/** Columns as wide as they must be. */
export function table(rows: string[][]): string {
  const widths = rows[0].map((_, column) =>
    Math.max(...rows.map(row => row[column].length)),
  );
  return rows
    .map(row =>
      row
        .map((cell, column) => cell.padEnd(widths[column]))
        .join('  ')
        .trimEnd(),
    )
    .map(line => `${line}\n`)
    .join('');
}

/** Environments, one a line. */
export function environmentTable(environments: EnvironmentRecord[]): string {
  if (environments.length === 0) return 'No environments.\n';
  return table([
    ['NAME', 'TIER', 'STATE', 'OWNER', 'RANGE', 'LAST RUN'],
    ...environments.map(({ name, state, spec, lastRun }) => [
      name,
      spec.tier,
      state,
      spec.owner,
      spec.addressRange,
      lastRun ? `#${lastRun.number} ${lastRun.state}` : '-',
    ]),
  ]);
}

/** One environment, a field a line. */
export function environmentText(environment: EnvironmentRecord): string {
  const { name, state, stateReason, spec, version, expiresAt, drift, lastRun } =
    environment;
  return table(
    [
      ['name', name],
      ['state', stateReason ? `${state}: ${stateReason}` : state],
      ['tier', spec.tier],
      ['owner', spec.owner],
      ['region', spec.region],
      ['size', spec.size],
      ['range', spec.addressRange],
      ...spec.services.map(service => [
        `service ${service.name}`,
        `${service.image} × ${service.replicas} at ${service.host}`,
      ]),
      ['version', String(version)],
      ['expires', expiresAt ?? ''],
      ['drift', driftText(drift)],
      ...(drift?.resources ?? []).map(({ address, action, attributes }) => [
        `  ${action}`,
        [address, ...attributes].join(' '),
      ]),
      ['last run', lastRun ? `#${lastRun.number} ${lastRun.state}` : ''],
    ].filter(([, value]) => value !== ''),
  );
}

function driftText(drift: EnvironmentRecord['drift']): string {
  if (!drift) return '';
  const count = drift.resources.length;
  const what = count === 1 ? '1 resource' : `${count || 'no'} resources`;
  return `${what} changed by other hands, as of ${drift.checkedAt}`;
}
