import { Request, Router } from 'express';
import { callerOf, ServerContext } from './context';
import type { IdTokens } from './id-tokens';
import type { DeploymentEnvironmentRecord } from './store/model';
import { identityWire } from './wire/common';
import {
  accessDenied,
  environmentExists,
  environmentNotFound,
  invalidArgument,
} from './wire/errors';
import {
  asList,
  bodyOf,
  queryNumberOf,
  queryOf,
  wholeNumber,
} from './wire/list';

/** What is under `_apis/distributedtask`: environments, and the federation tokens of jobs. */
export function createDistributedTaskRouter(
  context: ServerContext,
  idTokens: IdTokens,
): Router {
  const { organization } = context;
  const router = Router();
  const find = (request: Request) => {
    const id = wholeNumber(String(request.params.environment), 'environmentId');
    const environment = organization.environments.find(item => item.id === id);
    if (!environment) throw environmentNotFound(id);
    return environment;
  };
  const wire = (environment: DeploymentEnvironmentRecord) => {
    const by = identityWire(
      context,
      organization.identity(environment.createdBy),
    );
    return {
      id: environment.id,
      name: environment.name,
      description: environment.description,
      createdBy: by,
      createdOn: environment.createdOn,
      lastModifiedBy: by,
      lastModifiedOn: environment.lastModifiedOn,
      project: {
        id: organization.project.id,
        name: organization.project.name,
      },
      resources: [],
    };
  };

  router.get('/environments', (request, response) => {
    const name = queryOf(request, 'name')?.toLowerCase();
    const found = organization.environments
      // Azure Pipelines finds names that begin so.
      .filter(item => !name || item.name.toLowerCase().startsWith(name))
      .slice(0, queryNumberOf(request, '$top'));
    response.json(asList(found.map(wire)));
  });
  router.post('/environments', (request, response) => {
    const body = bodyOf(request);
    const name = String(body.name ?? '').trim();
    if (!name || name.length > 128) {
      throw invalidArgument(
        'Use a name of 1 to 128 characters.\r\nParameter name: name',
      );
    }
    if (organization.findEnvironment(name)) throw environmentExists(name);
    const now = new Date().toISOString();
    const environment: DeploymentEnvironmentRecord = {
      id: organization.takeNumber('environment'),
      name,
      description: String(body.description ?? ''),
      createdOn: now,
      createdBy: callerOf(response).identity.id,
      lastModifiedOn: now,
    };
    organization.environments.push(environment);
    organization.save();
    response.json(wire(environment));
  });
  router.get('/environments/:environment', (request, response) => {
    response.json(wire(find(request)));
  });
  router.delete('/environments/:environment', (request, response) => {
    const environment = find(request);
    organization.environments.splice(
      organization.environments.indexOf(environment),
      1,
    );
    organization.save();
    response.status(204).end();
  });

  router.post(
    '/hubs/:hub/plans/:plan/jobs/:job/oidctoken',
    (request, response) => {
      const { job } = callerOf(response);
      const id = queryOf(request, 'serviceConnectionId') ?? '';
      const endpoint = organization.findEndpoint(id);
      const isOwn =
        job?.planId === request.params.plan &&
        endpoint &&
        job.serviceConnections.has(endpoint.name);
      if (!isOwn) {
        throw accessDenied(
          `The service connection '${id}' is not one that this job's pipeline names.`,
        );
      }
      response.json({
        oidcToken: idTokens.issue(endpoint, organization.project.id),
      });
    },
  );
  return router;
}
