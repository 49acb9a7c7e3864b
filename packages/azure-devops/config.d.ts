export interface Config {
  moorline: {
    /** The Azure DevOps project that environments are described in and run by. */
    azureDevOps: {
      /** Root of the organisation, e.g. `https://dev.azure.com/contoso`. */
      organizationUrl: string;
      /** Name of the project. */
      project: string;
      /**
       * A personal access token. It needs the scopes Code (Read & write), Build (Read & execute),
       * Pipeline Resources (Use and manage), Environment (Read & manage) and Service Connections (Read & query).
       * @visibility secret
       */
      token: string;
      /** The repository that environments are committed to. Defaults to `environments`. */
      repository?: string;
      /** The branch of it that pipelines run on. Defaults to `main`. */
      branch?: string;
      /** The repository of Moorline's Terraform modules, charts and pipeline templates. Defaults to `platform`. */
      platformRepository?: string;
      /** The tag of it that new environments use, e.g. `v0.1.0`. */
      platformVersion: string;
      /** Service connections of the project (Azure Resource Manager). */
      serviceConnections?: {
        /** May read; used to plan. Defaults to `moorline-plan`. */
        plan?: string;
        /** May change; used to apply and deploy. Defaults to `moorline-apply`. */
        apply?: string;
      };
    };
  };
}
