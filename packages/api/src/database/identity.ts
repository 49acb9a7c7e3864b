import type { PoolConfig } from 'pg';
import { parseIntoClientConfig } from 'pg-connection-string';
import { entraPassword } from './entraPassword';

/**
 * Where nothing has a password and the pod has an identity of Azure, whose token AKS puts into a file, connections sign in
 * as that. As with PGPASSWORD, which `pg` reads, the environment says so.
 */
export function withIdentity(
  { connectionString, ...rest }: PoolConfig,
  env: Readonly<Record<string, string | undefined>> = process.env,
): PoolConfig {
  const settings = {
    ...rest,
    // Here, because what is read from an address goes before all else, also where it says nothing.
    ...(connectionString && parseIntoClientConfig(connectionString)),
  };
  const byIdentity =
    !settings.password && !env.PGPASSWORD && env.AZURE_FEDERATED_TOKEN_FILE;
  return byIdentity
    ? { ...settings, password: entraPassword() }
    : { ...rest, connectionString };
}
