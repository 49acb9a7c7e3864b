import express, { Request, Router } from 'express';
import { Resource, ResourceStore, ResourceValues } from '../resources';
import { ArmError } from './arm-error';

const typeOf = (request: Request): string | undefined =>
  typeof request.query.type === 'string' ? request.query.type : undefined;

/**
 * Changes a resource behind Terraform's back, as a person does in Azure's portal: so that drift can be shown. Not Azure's
 * API, and no part of the product uses it.
 *
 * `GET /_sandbox/resources?type=…` lists; `PATCH /_sandbox/resources/<id>?type=…` sets attributes, named as in azurerm's
 * schema; `DELETE` removes one. `type` is only needed where two resources share an id.
 */
export function byHandRouter(resources: ResourceStore): Router {
  const router = Router();

  const find = (request: Request): Resource => {
    const id = `/${[request.params.id].flat().join('/')}`;
    const resource = resources.get(id, typeOf(request));
    if (!resource) {
      throw new ArmError(
        404,
        'ResourceNotFound',
        `There is no resource with the id '${id}': GET /_sandbox/resources lists all.`,
      );
    }
    return resource;
  };

  router.get('/', (request, response) => {
    response.json({
      value: resources
        .list(typeOf(request))
        .map(({ type, id }) => ({ type, id })),
    });
  });

  router.patch('/*id', express.json(), (request, response) => {
    const { type, id, values } = find(request);
    const changes = request.body as ResourceValues | undefined;
    if (
      typeof changes !== 'object' ||
      changes === null ||
      Array.isArray(changes)
    ) {
      throw new ArmError(
        400,
        'InvalidRequestContent',
        'The body must be a JSON object of attributes, such as { "tags": { "owner": "me" } }.',
      );
    }
    const unknown = Object.keys(changes).find(name => !(name in values));
    if (unknown !== undefined) {
      throw new ArmError(
        400,
        'InvalidRequestContent',
        `${type} has no attribute '${unknown}'. It has: ${Object.keys(
          values,
        ).join(', ')}.`,
      );
    }
    resources.put({ type, id, values: { ...values, ...changes } });
    response.json({ type, id, changed: Object.keys(changes) });
  });

  router.delete('/*id', (request, response) => {
    const { type, id } = find(request);
    resources.delete(id, type);
    response.status(204).end();
  });

  return router;
}
