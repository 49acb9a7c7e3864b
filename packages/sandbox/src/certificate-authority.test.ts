import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'fs';
import { get } from 'https';
import { tmpdir } from 'os';
import path from 'path';
import { rootCertificates } from 'tls';
import {
  certificateFilesOf,
  ensureServerIdentity,
} from './certificate-authority';
import { listenHttps, PortBusyError } from './http';

const YEAR = 365 * 24 * 60 * 60 * 1000;
const count = (bundle: string) => bundle.match(/BEGIN CERTIFICATE/g)?.length;

describe('the local certificate authority', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'moorline-ca-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const ensure = (extraCertificateFiles: string[] = [], now?: Date) =>
    ensureServerIdentity({ folder, extraCertificateFiles, now });

  it('serves localhost and both loopback addresses to who trusts it, and to nobody else', async () => {
    const { key, certificate, authority } = await ensure();
    const server = await listenHttps({
      port: 0,
      key,
      certificate,
      handler: (_request, response) => response.end('hello'),
    });
    const ask = (host: string, ca?: string) =>
      new Promise<string>((resolve, reject) => {
        get(
          {
            host: '127.0.0.1',
            servername: host,
            port: server.port,
            ca,
            agent: false,
            // An address is checked against the certificate by its own rule.
            ...(host.includes('.') && { servername: '', host }),
          },
          response => {
            response.on('data', chunk => resolve(String(chunk)));
          },
        ).on('error', reject);
      });
    try {
      await expect(ask('localhost', authority)).resolves.toBe('hello');
      await expect(ask('127.0.0.1', authority)).resolves.toBe('hello');
      await expect(ask('example.com', authority)).rejects.toThrow();
      await expect(ask('localhost')).rejects.toThrow();
      await expect(
        listenHttps({ port: server.port, key, certificate, handler: () => {} }),
      ).rejects.toThrow(new PortBusyError(server.port));
    } finally {
      await server.stop();
    }
  });

  it('is kept, with private keys for the owner only', async () => {
    const first = await ensure();
    const second = await ensure();
    expect(second.certificate).toBe(first.certificate);
    for (const name of ['ca-key.pem', 'server-key.pem']) {
      // eslint-disable-next-line no-bitwise
      expect(statSync(path.join(folder, name)).mode & 0o777).toBe(0o600);
    }
  });

  it('renews the server certificate after a year, and everything after five', async () => {
    const first = await ensure();
    const later = await ensure([], new Date(Date.now() + 2 * YEAR));
    expect(later.authority).toBe(first.authority);
    expect(later.certificate).not.toBe(first.certificate);
    const muchLater = await ensure([], new Date(Date.now() + 6 * YEAR));
    expect(muchLater.authority).not.toBe(first.authority);
  });

  it('makes anew what cannot be read', async () => {
    const first = await ensure();
    writeFileSync(path.join(folder, 'server-key.pem'), 'broken');
    const second = await ensure();
    expect(second.authority).toBe(first.authority);
    expect(second.certificate).not.toBe(first.certificate);
  });

  it('is added to what was trusted before, each certificate once', async () => {
    const extra = path.join(folder, 'extra.pem');
    writeFileSync(
      extra,
      `# company\n${rootCertificates.slice(0, 3).join('\n')}`,
    );
    const { caBundleFile, authority } = await ensure([
      extra,
      extra,
      '/missing',
    ]);
    const bundle = readFileSync(caBundleFile, 'utf8');
    expect(count(bundle)).toBe(4);
    expect(bundle).toContain(authority.trim());

    // A start under an environment that names the bundle of an earlier start neither loses nor repeats anything.
    await ensure([caBundleFile], new Date(Date.now() + 6 * YEAR));
    expect(count(readFileSync(caBundleFile, 'utf8'))).toBe(4);
    expect(readFileSync(caBundleFile, 'utf8')).not.toContain(authority.trim());
  });

  it('brings the public roots when the environment names no file', async () => {
    expect(certificateFilesOf({})).toEqual([]);
    expect(
      certificateFilesOf({ NODE_EXTRA_CA_CERTS: '/a', SSL_CERT_FILE: '/b' }),
    ).toEqual(['/a', '/b']);
    const { caBundleFile } = await ensure([]);
    expect(count(readFileSync(caBundleFile, 'utf8'))).toBe(
      rootCertificates.length + 1,
    );
  });
});
