// x509's decorators need the metadata polyfill before anything of it is loaded.
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { randomBytes, webcrypto } from 'crypto';
import { existsSync, mkdirSync, readFileSync } from 'fs';
import path from 'path';
import { rootCertificates } from 'tls';
import { writeFileAtomically } from './files';

const ALGORITHM = {
  name: 'ECDSA',
  namedCurve: 'P-256',
  hash: 'SHA-256',
} as const;
const AUTHORITY_NAME = 'CN=Moorline sandbox, O=Moorline';
const HOST_NAMES = ['localhost'];
const ADDRESSES = ['127.0.0.1', '::1'];
const DAY = 24 * 60 * 60 * 1000;
const AUTHORITY_DAYS = 5 * 365;
/** Clients refuse server certificates that are valid for longer than 398 days. */
const SERVER_DAYS = 397;
/** A certificate that ends sooner than this is renewed at start. */
const RENEW_BEFORE_DAYS = 14;

/** What the HTTPS server needs and what its clients are given to trust it. */
export interface ServerIdentity {
  /** Private key of the server certificate, PEM. */
  key: string;
  /** Server certificate followed by the authority's, PEM. */
  certificate: string;
  /** Certificate of the local authority, PEM. */
  authority: string;
  /** File with the local authority alone. */
  caFile: string;
  /** File with the local authority and whatever the process trusted besides. */
  caBundleFile: string;
}

/** Options of {@link ensureServerIdentity}. */
export interface ServerIdentityOptions {
  /** Folder that keeps keys and certificates. */
  folder: string;
  /** Files of certificates to trust besides; default: those that the environment names. */
  extraCertificateFiles?: string[];
  /** The time to judge validity by; default: now. */
  now?: Date;
}

interface KeyAndCertificate {
  key: CryptoKey;
  keyPem: string;
  certificate: x509.X509Certificate;
}

/**
 * The local certificate authority and a server certificate for `localhost`, `127.0.0.1` and `::1`: read from disk, made
 * when missing, renewed when (nearly) expired. A renewed authority gives a new server certificate. Private keys are
 * readable by the owner only.
 */
export async function ensureServerIdentity(
  options: ServerIdentityOptions,
): Promise<ServerIdentity> {
  const { folder, now = new Date() } = options;
  x509.cryptoProvider.set(webcrypto as unknown as Crypto);
  mkdirSync(folder, { recursive: true, mode: 0o700 });

  const caFile = path.join(folder, 'ca.pem');
  const authority =
    (await readPair(folder, 'ca', now)) ?? (await makeAuthority(folder, now));
  const kept = await readPair(folder, 'server', now);
  const server =
    kept && (await isSignedBy(kept.certificate, authority.certificate, now))
      ? kept
      : await makeServer(folder, authority, now);

  const authorityPem = asPem(authority.certificate);
  const caBundleFile = path.join(folder, 'ca-bundle.pem');
  writeFileAtomically(
    caBundleFile,
    bundle(
      authorityPem,
      options.extraCertificateFiles ?? certificateFilesOf(process.env),
    ),
    0o644,
  );
  return {
    key: server.keyPem,
    certificate: asPem(server.certificate) + authorityPem,
    authority: authorityPem,
    caFile,
    caBundleFile,
  };
}

/** Files of extra certificates that an environment names: `NODE_EXTRA_CA_CERTS`, `SSL_CERT_FILE`. */
export function certificateFilesOf(environment: NodeJS.ProcessEnv): string[] {
  return [environment.NODE_EXTRA_CA_CERTS, environment.SSL_CERT_FILE].filter(
    (file): file is string => Boolean(file),
  );
}

async function makeAuthority(
  folder: string,
  now: Date,
): Promise<KeyAndCertificate> {
  const keys = await makeKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: AUTHORITY_NAME,
    notBefore: new Date(now.getTime() - DAY),
    notAfter: new Date(now.getTime() + AUTHORITY_DAYS * DAY),
    keys,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(
        // eslint-disable-next-line no-bitwise
        x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign,
        true,
      ),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return keepPair(folder, 'ca', keys.privateKey, certificate);
}

async function makeServer(
  folder: string,
  authority: KeyAndCertificate,
  now: Date,
): Promise<KeyAndCertificate> {
  const keys = await makeKeys();
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: 'CN=localhost, O=Moorline',
    issuer: authority.certificate.subject,
    notBefore: new Date(now.getTime() - DAY),
    notAfter: new Date(now.getTime() + SERVER_DAYS * DAY),
    publicKey: keys.publicKey,
    signingKey: authority.key,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension([
        ...HOST_NAMES.map(value => ({ type: 'dns' as const, value })),
        ...ADDRESSES.map(value => ({ type: 'ip' as const, value })),
      ]),
      await x509.AuthorityKeyIdentifierExtension.create(
        authority.certificate.publicKey,
      ),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return keepPair(folder, 'server', keys.privateKey, certificate);
}

function makeKeys(): Promise<CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}

/** Positive and 16 bytes long, as the CA/Browser Forum wants it. */
function serialNumber(): string {
  const bytes = randomBytes(16);
  // eslint-disable-next-line no-bitwise
  bytes[0] = (bytes[0] & 0x7f) | 0x40;
  return bytes.toString('hex');
}

async function keepPair(
  folder: string,
  name: string,
  key: CryptoKey,
  certificate: x509.X509Certificate,
): Promise<KeyAndCertificate> {
  const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', key);
  const keyPem = `${x509.PemConverter.encode(pkcs8, 'PRIVATE KEY')}\n`;
  writeFileAtomically(path.join(folder, `${name}-key.pem`), keyPem, 0o600);
  writeFileAtomically(
    path.join(folder, `${name}.pem`),
    asPem(certificate),
    0o644,
  );
  return { key, keyPem, certificate };
}

/** A kept key and certificate; undefined when there is none, it cannot be read, or it is about to end. */
async function readPair(
  folder: string,
  name: string,
  now: Date,
): Promise<KeyAndCertificate | undefined> {
  try {
    const keyPem = readFileSync(path.join(folder, `${name}-key.pem`), 'utf8');
    const certificate = new x509.X509Certificate(
      readFileSync(path.join(folder, `${name}.pem`), 'utf8'),
    );
    const renewAt = certificate.notAfter.getTime() - RENEW_BEFORE_DAYS * DAY;
    if (now.getTime() >= renewAt || now < certificate.notBefore)
      return undefined;
    const key = await webcrypto.subtle.importKey(
      'pkcs8',
      x509.PemConverter.decodeFirst(keyPem),
      ALGORITHM,
      true,
      ['sign'],
    );
    return { key: key as CryptoKey, keyPem, certificate };
  } catch {
    return undefined;
  }
}

async function isSignedBy(
  certificate: x509.X509Certificate,
  authority: x509.X509Certificate,
  date: Date,
): Promise<boolean> {
  const publicKey = await authority.publicKey.export(
    webcrypto as unknown as Crypto,
  );
  return certificate.verify({ date, publicKey });
}

function asPem(certificate: x509.X509Certificate): string {
  return `${certificate.toString('pem')}\n`;
}

const CERTIFICATE =
  /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/**
 * The authority, then what the named files hold, each certificate once. Tools that read `SSL_CERT_FILE` trust nothing
 * but the file, so when the environment names none the roots that Node brings are added.
 */
function bundle(authority: string, files: string[]): string {
  const named = files
    .filter(file => existsSync(file))
    .flatMap(file => readFileSync(file, 'utf8').match(CERTIFICATE) ?? [])
    // A named file may be a bundle that an earlier start wrote, with an authority that is no more.
    .filter(pem => !isLocalAuthority(pem));
  const others = named.length > 0 ? named : rootCertificates;
  const unique = new Set([authority, ...others].map(pem => pem.trim()));
  return `${[...unique].join('\n')}\n`;
}

function isLocalAuthority(pem: string): boolean {
  try {
    return new x509.X509Certificate(pem).subject === AUTHORITY_NAME;
  } catch {
    // Not a certificate that can be read; leave it to whoever uses the bundle.
    return false;
  }
}
