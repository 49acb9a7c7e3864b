import { Router } from 'express';
import type { ServerContext } from './context';
import type { EndpointRecord } from './store/model';
import { identityWire } from './wire/common';
import { sameName } from './store/organization-store';
import { asList, queryListOf, queryOf } from './wire/list';

/** What is under `_apis/serviceendpoint`. */
export function createServiceEndpointRouter(context: ServerContext): Router {
  const { organization, urls } = context;
  const router = Router();
  const wire = (endpoint: EndpointRecord) => ({
    data: {
      environment: 'AzureCloud',
      scopeLevel: 'Subscription',
      subscriptionId: endpoint.subscriptionId,
      subscriptionName: endpoint.subscriptionName,
      creationMode: 'Manual',
    },
    id: endpoint.id,
    name: endpoint.name,
    type: endpoint.type,
    url: 'https://management.azure.com/',
    createdBy: identityWire(context, organization.user),
    description: endpoint.description,
    authorization: {
      parameters: {
        tenantid: endpoint.tenantId,
        serviceprincipalid: endpoint.servicePrincipalId,
        workloadIdentityFederationIssuer: `https://login.microsoftonline.com/${endpoint.tenantId}/v2.0`,
        workloadIdentityFederationSubject: `/eid1/c/pub/t/${endpoint.tenantId}/sc/${organization.project.id}/${endpoint.id}`,
      },
      scheme: 'WorkloadIdentityFederation',
    },
    isShared: false,
    isReady: true,
    owner: 'library',
    serviceEndpointProjectReferences: [
      {
        projectReference: {
          id: organization.project.id,
          name: organization.project.name,
        },
        name: endpoint.name,
        description: endpoint.description,
      },
    ],
    _links: {
      self: { href: urls.api(`serviceendpoint/endpoints/${endpoint.id}`) },
    },
  });

  router.get('/endpoints', (request, response) => {
    const names = queryListOf(request, 'endpointNames');
    const ids = queryListOf(request, 'endpointIds');
    const type = queryOf(request, 'type');
    response.json(
      asList(
        organization.endpoints
          .filter(
            ({ id, name, type: own }) =>
              (!names || sameName(name, ...names)) &&
              (!ids || sameName(id, ...ids)) &&
              (!type || sameName(type, own)),
          )
          .map(wire),
      ),
    );
  });
  router.get('/endpoints/:endpoint', (request, response) => {
    const endpoint = organization.endpoints.find(({ id }) =>
      sameName(request.params.endpoint, id),
    );
    // Azure DevOps answers an unknown id with null.
    response.json(endpoint ? wire(endpoint) : null);
  });
  return router;
}
