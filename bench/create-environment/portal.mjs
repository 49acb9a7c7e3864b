// What the benchmark measures in: PostgreSQL, the sandbox and a small portal, in a folder of their own.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { startDistance } from './distance.mjs';
import { freePort } from './free-port.mjs';

/** Puts the skeletons beside the stock template: both sides write the same files. */
function stockTemplate(root, folder) {
  const from = path.join(root, 'templates/create-environment');
  for (const skeleton of ['skeleton', 'skeleton-service']) {
    fs.cpSync(path.join(from, skeleton), path.join(folder, skeleton), {
      recursive: true,
    });
  }
  fs.copyFileSync(
    path.join(root, 'bench/create-environment/stock/template.yaml'),
    path.join(folder, 'template.yaml'),
  );
}

/**
 * Starts everything and signs in as guest.
 * @returns {Promise<{ backend: Api, azureDevOps: Api, sandbox: Api, host: string, roundTrip: (ms: number) => void, stop: () => Promise<void> }>}
 *   each Api is `(method, path, body?) => Promise<any>`; `roundTrip` puts Azure DevOps at a distance from the portal
 */
export async function startBench(root) {
  const folder = fs.realpathSync(
    fs.mkdtempSync(path.join(os.tmpdir(), 'moorline-bench-')),
  );
  // The start-up scripts keep logs and data where this says; it is read when they are loaded.
  process.env.MOORLINE_STATE = folder;
  const { startPostgres } = await import('../../scripts/postgres.mjs');
  const { fromSources, startService } = await import(
    '../../scripts/service.mjs'
  );
  const signal = new AbortController().signal;
  const running = [];
  const stop = async () => {
    for (const part of running.splice(0).reverse()) await part.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  };
  try {
    const postgres = await startPostgres({
      dataFolder: path.join(folder, 'postgres'),
    });
    running.push(postgres);

    const [sandboxPort, port] = [await freePort(), await freePort()];
    const data = path.join(folder, 'sandbox');
    running.push(
      await startService(
        'sandbox',
        [
          ...fromSources,
          path.join(root, 'packages/sandbox/src/main.ts'),
          ...['--port', String(sandboxPort), '--data', data],
          ...['--platform', root],
          ...option('--terraform', process.env.MOORLINE_TERRAFORM),
          ...option('--helm', process.env.MOORLINE_HELM),
        ],
        {
          env: process.env,
          ready: output => output.includes('sandbox ready at'),
          signal,
        },
      ),
    );
    const credentials = JSON.parse(
      fs.readFileSync(path.join(data, 'credentials.json'), 'utf8'),
    );

    const stock = path.join(folder, 'stock');
    fs.mkdirSync(stock);
    stockTemplate(root, stock);
    const distance = await startDistance(sandboxPort);
    running.push(distance);
    const near = `localhost:${sandboxPort}`;
    const host = `localhost:${distance.port}`;
    const base = `http://localhost:${port}`;
    const { connection } = postgres;
    running.push(
      await startService(
        'backend',
        [
          ...fromSources,
          path.join(root, 'bench/create-environment/backend.ts'),
          ...[
            '--config',
            path.join(root, 'bench/create-environment/app-config.yaml'),
          ],
        ],
        {
          env: {
            ...process.env,
            NODE_ENV: 'production',
            NODE_OPTIONS: '--no-node-snapshot',
            NODE_EXTRA_CA_CERTS: credentials.caBundleFile,
            LOG_LEVEL: 'warn',
            BENCH_PORT: String(port),
            BENCH_ROOT: root,
            BENCH_STOCK: stock,
            BENCH_AZURE_DEVOPS: host,
            BENCH_PAT: credentials.pat,
            POSTGRES_HOST: connection.host,
            POSTGRES_PORT: String(connection.port),
            POSTGRES_USER: connection.user,
            POSTGRES_PASSWORD: connection.password,
          },
          ready: () => isReady(base),
          signal,
        },
      ),
    );

    const anonymous = api(base);
    const { backstageIdentity } = await anonymous(
      'POST',
      '/api/auth/guest/refresh',
    );
    const pat = Buffer.from(`:${credentials.pat}`).toString('base64');
    return {
      host,
      roundTrip: distance.roundTrip,
      backend: api(base, `Bearer ${backstageIdentity.token}`),
      azureDevOps: api(
        `https://${near}/moorline/environments-platform/_apis`,
        `Basic ${pat}`,
        credentials.caFile,
      ),
      sandbox: api(
        `https://${near}/_sandbox`,
        `Bearer ${credentials.adminToken}`,
        credentials.caFile,
      ),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

const option = (name, value) => (value ? [name, value] : []);

async function isReady(base) {
  try {
    const answer = await fetch(`${base}/.backstage/health/v1/readiness`);
    return answer.ok;
  } catch {
    return false;
  }
}

/** Calls one server; `caFile` names the authority that this process does not know. */
function api(base, authorization, caFile) {
  const ca = caFile && fs.readFileSync(caFile);
  return async (method, where, body) => {
    const { default: client } = await import(
      base.startsWith('https:') ? 'node:https' : 'node:http'
    );
    const text = body === undefined ? undefined : JSON.stringify(body);
    return new Promise((resolve, reject) => {
      const request = client.request(
        `${base}${where}`,
        {
          method,
          ca,
          headers: {
            accept: 'application/json',
            ...(authorization && { authorization }),
            ...(text && {
              'content-type': 'application/json',
              'content-length': Buffer.byteLength(text),
            }),
          },
        },
        async response => {
          const chunks = [];
          for await (const chunk of response) chunks.push(chunk);
          const answer = Buffer.concat(chunks).toString();
          if (response.statusCode >= 300) {
            reject(
              new Error(
                `${method} ${where}: ${response.statusCode} ${answer.slice(
                  0,
                  500,
                )}`,
              ),
            );
          } else {
            resolve(answer ? JSON.parse(answer) : undefined);
          }
        },
      );
      request.once('error', reject);
      request.end(text);
    });
  };
}
