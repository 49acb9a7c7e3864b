import { Router } from 'express';
import { callerOf, ServerContext } from '../context';
import { identityWire } from '../wire/common';
import { accessDenied, invalidArgument, routeNotFound } from '../wire/errors';
import { asList, bodyOf } from '../wire/list';
import type { PermissionGrant } from '../store/model';
import type { ProtectedResource } from './permissions';

type Json = Record<string, unknown>;
const asObject = (value: unknown) => (value ?? {}) as Json;

/** What is under `_apis/pipelines/pipelinepermissions`. */
export function createPermissionRouter(context: ServerContext): Router {
  const { permissions, organization, runs } = context;
  const router = Router();

  const find = (type: unknown, id: unknown, path: string) => {
    const resource = permissions.find(String(type).toLowerCase(), String(id));
    if (!resource) {
      throw routeNotFound(`${path} (no ${type} ${id} in this project)`);
    }
    return resource;
  };
  const grantWire = (grant: PermissionGrant) => ({
    authorized: true,
    authorizedBy: identityWire(
      context,
      organization.identity(grant.authorizedBy),
    ),
    authorizedOn: grant.authorizedOn,
  });
  const wire = (resource: ProtectedResource) => {
    const { allPipelines, pipelines } = permissions.of(resource);
    return {
      resource,
      ...(allPipelines && { allPipelines: grantWire(allPipelines) }),
      pipelines: pipelines.map(({ id, ...grant }) => ({
        id,
        ...grantWire(grant),
      })),
    };
  };
  const change = (resource: ProtectedResource, body: Json, by: string) => {
    const pipelines = Array.isArray(body.pipelines) ? body.pipelines : [];
    const all = asObject(body.allPipelines).authorized;
    for (const { id } of pipelines.map(asObject)) {
      if (!organization.findDefinition(Number(id))) {
        throw invalidArgument(
          `There is no pipeline ${id}.\r\nParameter name: pipelines.id`,
        );
      }
    }
    for (const { id, authorized } of pipelines.map(asObject)) {
      permissions.set(resource, authorized === true, by, Number(id));
    }
    if (typeof all === 'boolean') permissions.set(resource, all, by);
  };

  router.use((request, response, next) => {
    if (request.method !== 'GET' && callerOf(response).job) {
      throw accessDenied(
        'TF401027: You need the Administrator role on the resource: the token of a job has it not.',
      );
    }
    next();
  });
  router.get('/:type/:id', (request, response) => {
    const { type, id } = request.params;
    response.json(wire(find(type, id, request.path)));
  });
  router.patch('/:type/:id', (request, response) => {
    const { type, id } = request.params;
    const resource = find(type, id, request.path);
    change(resource, bodyOf(request), callerOf(response).identity.id);
    runs.permissionsChanged();
    response.json(wire(resource));
  });
  router.patch('/', (request, response) => {
    if (!Array.isArray(request.body)) {
      throw invalidArgument(
        'Send an array of {resource, pipelines}.\r\nParameter name: body',
      );
    }
    // All are found before any is changed: a batch is not left half done.
    const changes = (request.body as Json[]).map(body => {
      const { type, id } = asObject(body.resource);
      return { body, resource: find(type, id, request.path) };
    });
    for (const { resource, body } of changes) {
      change(resource, body, callerOf(response).identity.id);
    }
    runs.permissionsChanged();
    response.json(asList(changes.map(({ resource }) => wire(resource))));
  });
  return router;
}
