import { Router } from 'express';
import { callerOf, ServerContext } from './context';
import { identityWire, projectWire } from './wire/common';
import { projectNotFound } from './wire/errors';
import { asList } from './wire/list';

/** `_apis/projects` and `_apis/connectionData`. */
export function createProjectRouter(context: ServerContext): Router {
  const { organization, urls } = context;
  const router = Router();

  router.get('/projects', (_request, response) => {
    response.json(asList([projectWire(context)]));
  });
  router.get('/projects/:project', (request, response) => {
    const { project } = request.params;
    if (!organization.isProject(project)) throw projectNotFound(project);
    response.json({
      ...projectWire(context),
      _links: {
        self: { href: urls.project() },
        web: { href: `${urls.organizationUrl}/${organization.project.name}` },
      },
      capabilities: { versioncontrol: { sourceControlType: 'Git' } },
    });
  });

  router.get('/connectionData', (_request, response) => {
    const { identity } = callerOf(response);
    const user = {
      ...identityWire(context, identity),
      providerDisplayName: identity.displayName,
      subjectDescriptor: identity.descriptor,
      isActive: true,
      properties: {
        Account: { $type: 'System.String', $value: identity.uniqueName },
      },
    };
    response.json({
      authenticatedUser: user,
      authorizedUser: user,
      instanceId: organization.instanceId,
      deploymentId: organization.instanceId,
      deploymentType: 'hosted',
      locationServiceData: {
        serviceOwner: '00025394-6065-48ca-87d9-7f5672854ef7',
        defaultAccessMappingMoniker: 'PublicAccessMapping',
        lastChangeId: 1,
        clientCacheFresh: false,
        clientCacheTimeToLive: 3600,
      },
    });
  });
  return router;
}
