export interface Config {
  moorline: {
    /** The Azure subscription that environments are made in. */
    azure: {
      /** Azure Resource Manager; `https://management.azure.com` when left out. */
      endpoint?: string;
      /** The subscription whose AKS clusters are shown. */
      subscriptionId: string;
      /** The Entra tenant to sign in to. */
      tenantId?: string;
      /**
       * A bearer token for an endpoint that does not know Entra. Left out, the portal signs in with its workload
       * identity, managed identity or the developer's Azure CLI.
       * @visibility secret
       */
      token?: string;
    };
  };
}
