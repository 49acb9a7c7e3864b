import { Router } from 'express';
import { Resource, ResourceStore } from '../resources';
import { ArmError } from './arm-error';
import { toPage } from './pages';

const GROUP = 'azurerm_resource_group';

const showGroup = ({ id, values }: Resource) => ({
  id,
  name: values.name,
  type: 'Microsoft.Resources/resourceGroups',
  location: values.location,
  managedBy: values.managed_by ?? undefined,
  tags: values.tags ?? undefined,
  properties: { provisioningState: 'Succeeded' },
});

const toSubscription = (subscriptionId: string, tenantId: string) => ({
  id: `/subscriptions/${subscriptionId}`,
  subscriptionId,
  tenantId,
  displayName: 'Moorline sandbox',
  state: 'Enabled',
  authorizationSource: 'RoleBased',
  subscriptionPolicies: {
    locationPlacementId: 'Public_2014-09-01',
    quotaId: 'PayAsYouGo_2014-09-01',
    spendingLimit: 'Off',
  },
});

/** The tenant, its one subscription, and the resource groups in it. */
export function subscriptionsRouter(
  resources: ResourceStore,
  subscriptionId: string,
  tenantId: string,
  pageSize: number,
): Router {
  const router = Router();

  const findGroup = (name: string): Resource => {
    const group = resources.get(
      `/subscriptions/${subscriptionId}/resourceGroups/${name}`,
      GROUP,
    );
    if (!group) {
      throw new ArmError(
        404,
        'ResourceGroupNotFound',
        `Resource group '${name}' could not be found.`,
      );
    }
    return group;
  };

  router.get('/tenants', (_request, response) => {
    response.json({ value: [{ id: `/tenants/${tenantId}`, tenantId }] });
  });

  router.get('/subscriptions', (_request, response) => {
    response.json({
      value: [toSubscription(subscriptionId, tenantId)],
      count: { type: 'Total', value: 1 },
    });
  });

  router.use('/subscriptions/:subscription', (request, _response, next) => {
    const { subscription } = request.params;
    if (subscription.toLowerCase() !== subscriptionId.toLowerCase()) {
      throw new ArmError(
        404,
        'SubscriptionNotFound',
        `The subscription '${subscription}' could not be found.`,
      );
    }
    next();
  });

  router.get('/subscriptions/:subscription', (_request, response) => {
    response.json(toSubscription(subscriptionId, tenantId));
  });

  router.get(
    '/subscriptions/:subscription/resourceGroups',
    (request, response) => {
      response.json(
        toPage(resources.list(GROUP).map(showGroup), request, pageSize),
      );
    },
  );

  router.get(
    '/subscriptions/:subscription/resourceGroups/:group',
    (request, response) => {
      response.json(showGroup(findGroup(request.params.group)));
    },
  );

  // What is in a group that is not there is not there either: Azure says which of the two it is.
  router.use(
    '/subscriptions/:subscription/resourceGroups/:group',
    (request, _response, next) => {
      findGroup(request.params.group);
      next();
    },
  );

  return router;
}
