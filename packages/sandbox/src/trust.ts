import { readFileSync } from 'fs';
import { getCACertificates, setDefaultCACertificates } from 'tls';

/**
 * Makes this process trust a certificate authority besides those it trusts already, as NODE_EXTRA_CA_CERTS does for a
 * process that is yet to start. For tests, which start a sandbox and its client in one process.
 */
export function trustAuthority(caFile: string): void {
  setDefaultCACertificates([
    ...getCACertificates('default'),
    readFileSync(caFile, 'utf8'),
  ]);
}
