import type { Connection } from './connection';
import { AzureDevOpsError } from './errors';
import { buildRequest } from './run';

interface WireArtifact {
  resource: { downloadUrl?: string };
}

/**
 * Reads one file of a pipeline artifact, as text; the other files of the artifact are not downloaded.
 *
 * @param file Its path in the artifact, e.g. `plan.txt`.
 * @throws AzureDevOpsError `notFound` when the run has no such artifact, or the artifact no such file.
 */
export async function getArtifactFile(
  connection: Connection,
  buildId: number,
  artifact: string,
  file: string,
): Promise<string> {
  const request = {
    ...buildRequest(buildId, '/artifacts'),
    method: 'GET' as const,
    what: `read ${file} of the artifact ${artifact} of the run ${buildId}`,
    thing: `${file} in an artifact ${artifact} of run ${buildId}`,
  };
  const { resource } = await connection.sendForBody<WireArtifact>({
    ...request,
    query: { artifactName: artifact },
  });
  const address = addressOf(connection, resource.downloadUrl);
  address.searchParams.set('format', 'file');
  address.searchParams.set('subPath', `/${file}`);
  return (await connection.send<string>({ ...request, address })) ?? '';
}

/** Where the whole artifact is: on a host of its own, which gets the token. So it must be one of Azure DevOps. */
function addressOf(connection: Connection, downloadUrl = ''): URL {
  const url = URL.canParse(downloadUrl) ? new URL(downloadUrl) : undefined;
  const { origin } = new URL(connection.organizationUrl);
  const own =
    url?.origin === origin ||
    (url?.protocol === 'https:' &&
      url.hostname.endsWith('.artifacts.visualstudio.com'));
  if (url && own) return url;
  throw new AzureDevOpsError(
    `Azure DevOps says that an artifact is at "${downloadUrl}", which is none of its own addresses: the token is not sent there.`,
    { code: 'unexpected' },
  );
}
