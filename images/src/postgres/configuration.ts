import { chmodSync, copyFileSync, existsSync, rmSync, writeFileSync } from 'fs';
import path from 'path';
import { giveTo, Owner } from './owner';
import { ServerSettings, UsageError } from './settings';

/** Only passwords by SCRAM; beyond the machine only TLS, where it is required. */
const rules = (tlsRequired: boolean) => `# Written at each start.
local    all          all                   scram-sha-256
host     all          all  127.0.0.0/8      scram-sha-256
host     all          all  ::1/128          scram-sha-256
${
  tlsRequired ? 'hostssl ' : 'host    '
} all          all  all              scram-sha-256
${
  tlsRequired ? 'hostssl ' : 'host    '
} replication  all  all              scram-sha-256
`;

/**
 * Writes what a start needs, so that it follows the settings and not the day the disk was made.
 * @param temporary - a folder of the owner's for as long as the server runs. The TLS key goes there: what is beside the
 * data goes into every backup.
 * @returns arguments for `postgres`
 */
export function configure(
  settings: ServerSettings,
  owner: Owner,
  temporary: string,
): string[] {
  const { data, tlsFolder, tlsRequired, address } = settings;
  const own = (file: string) => {
    chmodSync(file, 0o600);
    giveTo(owner, file);
    return file;
  };
  const hba = path.join(data, 'pg_hba.moorline.conf');
  writeFileSync(hba, rules(tlsFolder !== undefined && tlsRequired));
  const options: Record<string, string> = {
    hba_file: own(hba),
    password_encryption: 'scram-sha-256',
    listen_addresses: address ?? '*',
    // Nobody shares the pod; clients come over the network.
    unix_socket_directories: '',
  };
  // Earlier versions kept copies beside the data.
  for (const name of ['tls.crt', 'tls.key']) {
    rmSync(path.join(data, `moorline-${name}`), { force: true });
  }
  if (tlsFolder && (tlsRequired || existsSync(`${tlsFolder}/tls.crt`))) {
    // A copy: PostgreSQL refuses a key that a group may read, as one from a Secret is.
    const copy = (name: string) => {
      const file = path.join(temporary, name);
      try {
        copyFileSync(path.join(tlsFolder, name), file);
      } catch {
        throw new UsageError(
          `POSTGRES_TLS_FOLDER: ${path.join(tlsFolder, name)} cannot be read`,
        );
      }
      return own(file);
    };
    Object.assign(options, {
      ssl: 'on',
      ssl_cert_file: copy('tls.crt'),
      ssl_key_file: copy('tls.key'),
      ssl_min_protocol_version: 'TLSv1.2',
    });
  }
  return Object.entries(options).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ]);
}
