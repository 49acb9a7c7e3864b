export interface Config {
  moorline: {
    azure: {
      /** The subscription that environments are made in. */
      subscriptionId: string;
      /**
       * Administers the environments of owners that the catalog knows no Entra group of (users, and groups without the
       * annotation `graph.microsoft.com/group-id`). Left out: they are refused.
       */
      team?: {
        /** Object id of a group in Microsoft Entra ID. */
        groupObjectId: string;
        /** Its display name there. */
        groupName: string;
        /** Where alerts go. */
        email: string;
      };
    };
  };
}
