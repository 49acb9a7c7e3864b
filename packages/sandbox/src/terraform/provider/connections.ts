import { ResourceStore } from '../../resources';
import { RemovalFeatures } from '../apply/remove';
import { Problem } from '../rules/type-rules';
import { uuidOf } from '../rules/deterministic';
import { World } from '../rules/world';
import { blocksOf, textOf, ValueObject } from '../values/value';

/** What a provider block was configured with. */
export interface Connection {
  world: World;
  features: RemovalFeatures;
}

/** What the sandbox's Azure has for every connection. */
export interface ProviderSettings {
  resources: ResourceStore;
  subscriptionId: string;
  tenantId: string;
  /**
   * The `ARM_…` variables of the provider, which a real one reads from its process. Left out: `ARM_SUBSCRIPTION_ID` and
   * `ARM_TENANT_ID` are the sandbox's.
   */
  environment?: Record<string, string | undefined>;
}

const MOST_CONNECTIONS = 1000;

/**
 * The configured provider blocks. One process serves all of them: each alias has a connection of its own, and is told
 * apart by it.
 */
export class Connections {
  readonly #settings: ProviderSettings;
  readonly #environment: Record<string, string | undefined>;
  readonly #connections = new Map<string, Connection>();

  constructor(settings: ProviderSettings) {
    this.#settings = settings;
    this.#environment = settings.environment ?? {
      ARM_SUBSCRIPTION_ID: settings.subscriptionId,
      ARM_TENANT_ID: settings.tenantId,
    };
  }

  /** Configures the connection of this peer; answers what is wrong with the configuration. */
  configure(peer: string, config: ValueObject): Problem[] {
    const subscriptionId =
      textOf(config, 'subscription_id') ||
      this.#environment.ARM_SUBSCRIPTION_ID;
    if (!subscriptionId) {
      return [
        {
          summary:
            '`subscription_id` is a required provider property when performing a plan/apply operation',
        },
      ];
    }
    const [features] = blocksOf(config, 'features');
    const [group] = features ? blocksOf(features, 'resource_group') : [];
    // Terraform opens a connection for each run; the oldest have long been closed.
    if (this.#connections.size >= MOST_CONNECTIONS) {
      const [oldest] = this.#connections.keys();
      this.#connections.delete(oldest);
    }
    this.#connections.set(peer, {
      world: this.#world(
        subscriptionId,
        textOf(config, 'tenant_id') || this.#environment.ARM_TENANT_ID,
      ),
      features: {
        preventDeletionIfContainsResources:
          group?.prevent_deletion_if_contains_resources !== false,
      },
    });
    return [];
  }

  /** The connection of this peer. */
  get(peer: string): Connection {
    const connection = this.#connections.get(peer);
    if (!connection) {
      throw new Error(
        'The provider has not been configured on this connection',
      );
    }
    return connection;
  }

  #world(subscriptionId: string, tenantId: string | undefined): World {
    const settings = this.#settings;
    return {
      subscriptionId,
      subscriptionIds: [settings.subscriptionId],
      tenantId: tenantId || settings.tenantId,
      principal: {
        clientId: uuidOf(`${settings.tenantId} terraform client`),
        objectId: uuidOf(`${settings.tenantId} terraform object`),
      },
      resources: settings.resources,
    };
  }
}
