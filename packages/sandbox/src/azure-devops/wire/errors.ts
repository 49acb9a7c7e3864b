import type { ErrorRequestHandler } from 'express';

/** An answer that is an error, in Azure DevOps' form. */
export class AzureDevOpsError extends Error {
  /**
   * @param status - HTTP status
   * @param typeName - the .NET name of the exception, which clients tell errors apart by
   * @param message - for people
   */
  constructor(
    readonly status: number,
    readonly typeName: string,
    message: string,
    readonly customProperties?: Record<string, unknown>,
  ) {
    super(message);
    this.name = 'AzureDevOpsError';
  }

  /** The body as Azure DevOps writes it. */
  toBody(): Record<string, unknown> {
    const [type] = this.typeName.split(',');
    return {
      $id: '1',
      ...(this.customProperties && { customProperties: this.customProperties }),
      innerException: null,
      message: this.message,
      typeName: this.typeName,
      typeKey: type.split('.').pop(),
      errorCode: 0,
      eventId: 3000,
    };
  }
}

const GIT = 'Microsoft.TeamFoundation.Git.Server';
const BUILD = 'Microsoft.TeamFoundation.Build.WebApi';
const BUILD_ASSEMBLY = 'Microsoft.TeamFoundation.Build2.WebApi';
const TASK = 'Microsoft.TeamFoundation.DistributedTask.WebApi';

const git = (status: number, type: string, message: string) =>
  new AzureDevOpsError(status, `${GIT}.${type}, ${GIT}`, message);
const build = (status: number, type: string, message: string) =>
  new AzureDevOpsError(status, `${BUILD}.${type}, ${BUILD_ASSEMBLY}`, message);

/** A request that makes no sense; the message names the field. */
export const invalidArgument = (message: string) =>
  new AzureDevOpsError(400, 'System.ArgumentException, mscorlib', message);

export const accessDenied = (message: string) =>
  new AzureDevOpsError(
    403,
    'Microsoft.TeamFoundation.Framework.Server.AccessCheckException, Microsoft.TeamFoundation.Framework.Server',
    message,
  );

export const projectNotFound = (name: string) =>
  new AzureDevOpsError(
    404,
    'Microsoft.TeamFoundation.Core.WebApi.ProjectDoesNotExistWithNameException, Microsoft.TeamFoundation.Core.WebApi',
    `TF200016: The following project does not exist: ${name}. Verify that the name of the project is correct and that the project exists on the specified Azure DevOps Server.`,
  );

export const routeNotFound = (path: string) =>
  new AzureDevOpsError(
    404,
    'System.Web.HttpException, System.Web',
    `The controller for path '${path}' was not found or does not implement IController.`,
  );

export const repositoryNotFound = (name: string) =>
  git(
    404,
    'GitRepositoryNotFoundException',
    `TF401019: The Git repository with name or identifier ${name} does not exist or you do not have permissions for the operation you are attempting.`,
  );

export const repositoryNameTaken = (name: string) =>
  git(
    409,
    'GitRepositoryNameAlreadyExistsException',
    `TF400948: A Git repository with the name ${name} already exists.`,
  );

export const staleReference = (ref: string) =>
  git(
    409,
    'GitReferenceStaleException',
    `TF401028: The reference '${ref}' has already been updated by another client, so you cannot update it. Please try again.`,
  );

export const itemNotFound = (
  path: string,
  repository: string,
  version: string,
  commit: string,
) =>
  git(
    404,
    'GitItemNotFoundException',
    `TF401174: The item '${path}' could not be found in the repository '${repository}' at the version specified by '<${version}>' (resolved to commit '${commit}').`,
  );

export const versionNotFound = (version: string, repository: string) =>
  git(
    404,
    'GitUnresolvableToCommitException',
    `TF401175: The version descriptor <${version}> could not be resolved to a version in the repository ${repository}`,
  );

export const commitNotFound = (commit: string, repository: string) =>
  git(
    404,
    'GitCommitDoesNotExistException',
    `TF401175: The commit ${commit} does not exist in the repository ${repository}.`,
  );

export const invalidPush = (message: string) =>
  git(400, 'GitInvalidPushException', message);

export const definitionNotFound = (id: number | string) =>
  build(
    404,
    'DefinitionNotFoundException',
    `The requested build definition ${id} could not be found.`,
  );

export const definitionExists = (name: string, project: string) =>
  build(
    409,
    'DefinitionExistsException',
    `Build pipeline ${name} already exists for project ${project}`,
  );

export const buildNotFound = (id: number | string) =>
  build(
    404,
    'BuildNotFoundException',
    `The requested build ${id} could not be found.`,
  );

export const logNotFound = (id: number | string, buildId: number) =>
  build(
    404,
    'BuildLogNotFoundException',
    `The requested log ${id} of build ${buildId} could not be found.`,
  );

export const artifactNotFound = (name: string, buildId: number) =>
  build(
    404,
    'ArtifactNotFoundException',
    `Artifact ${name} was not found for build ${buildId}.`,
  );

/** A pipeline whose YAML would not run: one line an error. */
export const pipelineInvalid = (message: string) =>
  new AzureDevOpsError(
    400,
    'Microsoft.Azure.Pipelines.WebApi.PipelineValidationException, Microsoft.Azure.Pipelines.WebApi',
    message,
  );

export const environmentNotFound = (id: number | string) =>
  new AzureDevOpsError(
    404,
    `${TASK}.EnvironmentNotFoundException, ${TASK}`,
    `No environment found with identifier ${id}.`,
  );

export const environmentExists = (name: string) =>
  new AzureDevOpsError(
    409,
    `${TASK}.EnvironmentExistsException, ${TASK}`,
    `Environment with name ${name} already exists.`,
  );

/** Answers errors in Azure DevOps' form; an error that nobody expected is a 500 without its inside. */
export const answerError: ErrorRequestHandler = (
  error,
  _request,
  response,
  next,
) => {
  if (response.headersSent) {
    next(error);
    return;
  }
  const known = asAzureDevOpsError(error);
  response.status(known.status).json(known.toBody());
};

function asAzureDevOpsError(error: unknown): AzureDevOpsError {
  if (error instanceof AzureDevOpsError) return error;
  const { type, status } = error as { type?: string; status?: number };
  if (type === 'entity.parse.failed') {
    return invalidArgument(
      'The body of the request contains invalid Json.\r\nParameter name: contentStream',
    );
  }
  if (type === 'entity.too.large') {
    return new AzureDevOpsError(
      413,
      'System.Web.HttpException, System.Web',
      'The request body is larger than the limit of 50 MB.',
    );
  }
  // Express' own refusals, e.g. of a path that cannot be decoded.
  if (status && status >= 400 && status < 500) {
    return new AzureDevOpsError(
      status,
      'System.Web.HttpException, System.Web',
      (error as Error).message,
    );
  }
  // eslint-disable-next-line no-console
  console.error('sandbox: Azure DevOps failed to answer:', error);
  return new AzureDevOpsError(
    500,
    'System.InvalidOperationException, mscorlib',
    'TF400898: An Internal Error Occurred.',
  );
}
