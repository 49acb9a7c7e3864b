export interface Config {
  auth?: {
    providers?: {
      /**
       * Whoever opens the portal is the guest. The page learns that this is configured, and nothing of what is below.
       * @visibility frontend
       */
      guest?: object;
      /**
       * Sign-in with Microsoft Entra ID. The page learns that this is configured, and nothing of what is below.
       * @visibility frontend
       */
      microsoft?: object;
    };
  };
}
