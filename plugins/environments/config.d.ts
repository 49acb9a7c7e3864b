export interface Config {
  moorline?: {
    /**
     * Where a service of an environment answers, with `{host}` for its name: `https://{host}`. Left out, hosts are shown
     * and lead nowhere.
     * @visibility frontend
     */
    serviceUrl?: string;
  };
}
