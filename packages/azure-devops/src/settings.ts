/** What is read of a Backstage `Config`; this package does not depend on Backstage for it. */
export interface SettingsSource {
  getString(key: string): string;
  getOptionalString(key: string): string | undefined;
}

/** The keys below `moorline.azureDevOps`, defaults filled in; see config.d.ts. */
export interface AzureDevOpsSettings {
  organizationUrl: string;
  project: string;
  /** Secret. */
  token: string;
  repository: string;
  branch: string;
  platformRepository: string;
  platformVersion: string;
  serviceConnections: { plan: string; apply: string };
}

/** Reads `moorline.azureDevOps`; throws, naming the key, when a required one is missing. */
export function readAzureDevOpsSettings(
  config: SettingsSource,
): AzureDevOpsSettings {
  const key = (name: string) => `moorline.azureDevOps.${name}`;
  const optional = (name: string, fallback: string) =>
    config.getOptionalString(key(name)) ?? fallback;
  return {
    organizationUrl: config.getString(key('organizationUrl')),
    project: config.getString(key('project')),
    token: config.getString(key('token')),
    repository: optional('repository', 'environments'),
    branch: optional('branch', 'main'),
    platformRepository: optional('platformRepository', 'platform'),
    platformVersion: config.getString(key('platformVersion')),
    serviceConnections: {
      plan: optional('serviceConnections.plan', 'moorline-plan'),
      apply: optional('serviceConnections.apply', 'moorline-apply'),
    },
  };
}
