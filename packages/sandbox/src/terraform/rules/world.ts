import { ResourceStore } from '../../resources';

/** What a rule may look at beside the resource itself: the Azure that it would be created in. */
export interface World {
  /** The subscription that this connection of the provider was configured with. */
  subscriptionId: string;
  tenantId: string;
  /** The subscriptions that exist. */
  subscriptionIds: string[];
  /** The service principal that Terraform signs in as. */
  principal: { clientId: string; objectId: string };
  resources: ResourceStore;
}
