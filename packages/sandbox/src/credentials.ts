import { randomBytes } from 'crypto';
import path from 'path';
import { readJsonFile, writeJsonFile } from './files';

/** What a client needs to use the sandbox; kept in `credentials.json`, readable by the owner only. */
export interface SandboxCredentials {
  /** Personal access token of the sandbox's Azure DevOps. */
  pat: string;
  /** Bearer token of the sandbox's Resource Manager. */
  armToken: string;
  /** Bearer token of the sandbox's own endpoints (`/_sandbox/…`): faults and request counts. */
  adminToken: string;
  /** Certificate of the local authority. */
  caFile: string;
  /** The local authority and what was trusted besides: the value for NODE_EXTRA_CA_CERTS. */
  caBundleFile: string;
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz234567';

/** A random word in the alphabet of Azure DevOps' own tokens. */
export function randomToken(length: number = 52): string {
  // 32 letters divide 256: every letter is as likely as any other.
  return Array.from(
    randomBytes(length),
    byte => LETTERS[byte % LETTERS.length],
  ).join('');
}

/** The credentials in `<folder>/credentials.json`, made at first start; the files' paths are those of this start. */
export function ensureCredentials(
  folder: string,
  files: { caFile: string; caBundleFile: string },
): SandboxCredentials {
  const file = path.join(folder, 'credentials.json');
  const kept = readJsonFile<Partial<SandboxCredentials>>(file);
  const credentials: SandboxCredentials = {
    pat: kept?.pat || randomToken(),
    armToken: kept?.armToken || randomToken(),
    adminToken: kept?.adminToken || randomToken(),
    ...files,
  };
  writeJsonFile(file, credentials);
  return credentials;
}
