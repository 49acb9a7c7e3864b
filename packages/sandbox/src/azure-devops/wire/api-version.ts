import type { Request, RequestHandler } from 'express';
import { AzureDevOpsError } from './errors';

const FORM = /^(\d+)(?:\.(\d+))?(-preview(?:\.(\d+))?)?$/;
/** The latest version that is answered; Azure DevOps Services offers 7.2 as a preview. */
const LATEST = [7, 2];
const COMMON = 'Microsoft.VisualStudio.Services.Common';
const WEB_API = 'Microsoft.VisualStudio.Services.WebApi';

/** Resources that have never left preview: a version without `-preview` is refused. */
const PREVIEW_ONLY =
  /^\/_apis\/(pipelines\/pipelinepermissions|connectionData)(\/|$)/i;

/** The api-version of a request: in the query, or in the Accept header. */
export function apiVersionOf(request: Request): string | undefined {
  const { query } = request;
  const name = Object.keys(query).find(
    key => key.toLowerCase() === 'api-version',
  );
  if (name) return String(query[name]);
  return /;\s*api-version=([^;,\s]+)/i.exec(request.get('accept') ?? '')?.[1];
}

/** Refuses requests whose api-version is missing or cannot be served, in Azure DevOps' words. */
export const checkApiVersion: RequestHandler = (request, response, next) => {
  const { method } = request;
  const version = apiVersionOf(request);
  if (version === undefined) {
    if (!['GET', 'HEAD', 'OPTIONS'].includes(method)) {
      throw new AzureDevOpsError(
        400,
        `${WEB_API}.VssVersionNotSpecifiedException, ${WEB_API}`,
        `No api-version was supplied for the "${method}" request. The version must be supplied either as part of the Accept header (e.g. "application/json; api-version=1.0") or as a query parameter (e.g. "?api-version=1.0").`,
      );
    }
    next();
    return;
  }
  const parts = FORM.exec(version);
  if (!parts) {
    throw new AzureDevOpsError(
      400,
      `${COMMON}.VssInvalidApiResourceVersionException, ${COMMON}`,
      `The api-version "${version}" is not in the form major.minor or major.minor-preview.revision.`,
    );
  }
  const [major, minor] = [Number(parts[1]), Number(parts[2] ?? 0)];
  if (major > LATEST[0] || (major === LATEST[0] && minor > LATEST[1])) {
    throw new AzureDevOpsError(
      400,
      `${WEB_API}.VssVersionOutOfRangeException, ${WEB_API}`,
      `The requested REST API version of ${version} is out of range for this server. The latest REST API version this server supports is ${LATEST.join(
        '.',
      )}.`,
    );
  }
  if (!parts[3] && PREVIEW_ONLY.test(request.path)) {
    throw new AzureDevOpsError(
      400,
      `${WEB_API}.VssInvalidPreviewVersionException, ${WEB_API}`,
      `The requested version "${version}" of the resource is under preview. The -preview flag must be supplied in the api-version for such requests. For example: "${version}-preview"`,
    );
  }
  response.locals.apiVersion = version;
  next();
};
