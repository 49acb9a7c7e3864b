// The portal's parts on one machine: PostgreSQL, the sandbox, the backend that serves the frontend.
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { step } from './console.mjs';
import { publishDocs } from './docs.mjs';
import { buildFrontend } from './frontend.mjs';
import { lockPortal } from './portal-lock.mjs';
import { root, state } from './paths.mjs';
import {
  gatewayPort,
  portalPort,
  requireFreePorts,
  sandboxPort,
} from './ports.mjs';
import { startPostgres } from './postgres.mjs';
import { fromSources, startService } from './service.mjs';
import { ensureHelm, ensureTerraform } from './tools.mjs';
import { environment } from './toolchain.mjs';

const sandboxFolder = path.join(state, 'sandbox');
const techdocsFolder = path.join(state, 'techdocs');

/** A secret made once and kept with the local state. */
function keptSecret(name) {
  const file = path.join(state, name);
  if (!fs.existsSync(file)) {
    fs.writeFileSync(file, randomBytes(24).toString('base64url'), {
      mode: 0o600,
    });
  }
  return fs.readFileSync(file, 'utf8');
}

async function startSandbox({ terraform, helm, signal }) {
  const git = spawnSync('which', ['git'], { encoding: 'utf8' }).stdout.trim();
  let gateway;
  const service = await startService(
    'sandbox',
    [
      ...fromSources,
      path.join(root, 'packages/sandbox/src/main.ts'),
      ...['--port', String(sandboxPort)],
      ...['--data', sandboxFolder],
      ...['--platform', root],
      ...['--terraform', terraform],
      ...['--helm', helm],
      ...['--git', git],
      ...['--run-pods', '--gateway-port', String(await gatewayPort())],
    ],
    {
      env: environment(),
      ready: output => {
        gateway = /gateway ready at (\S+)/.exec(output)?.[1];
        return output.includes('sandbox ready at');
      },
      signal,
    },
  );
  return { ...service, gateway };
}

/** What the portal must know of the Azure it talks to: the sandbox, unless the environment names another. */
export function azureEnvironment() {
  const { pat, armToken, caBundleFile } = JSON.parse(
    fs.readFileSync(path.join(sandboxFolder, 'credentials.json'), 'utf8'),
  );
  const sandbox = `https://localhost:${sandboxPort}`;
  const values = {
    MOORLINE_AZURE_DEVOPS_URL: `${sandbox}/moorline`,
    MOORLINE_AZURE_DEVOPS_PROJECT: 'environments-platform',
    MOORLINE_AZURE_DEVOPS_TOKEN: pat,
    MOORLINE_AZURE_ENDPOINT: sandbox,
    MOORLINE_AZURE_SUBSCRIPTION: '00000000-0000-4000-8000-000000000001',
    MOORLINE_AZURE_TOKEN: armToken,
    MOORLINE_AZURE_TEAM_ID: '00000000-0000-4000-8000-000000000010',
    MOORLINE_AZURE_TEAM: 'Platform',
    MOORLINE_AZURE_TEAM_EMAIL: 'platform@example.com',
    NODE_EXTRA_CA_CERTS: caBundleFile,
  };
  for (const name of Object.keys(values)) {
    if (name.startsWith('MOORLINE_') && process.env[name]) {
      values[name] = process.env[name];
    }
  }
  return values;
}

/**
 * The backend's whole environment: what `app-config.yaml` reads.
 * @param {{ connection: object, gateway?: string }} parts `gateway` is where the environments' services answer
 */
export function backendEnvironment({ connection, gateway }) {
  const url = `http://localhost:${portalPort}`;
  return {
    ...(gateway && {
      MOORLINE_SERVICE_URL: gateway.replace('localhost', '{host}'),
    }),
    ...azureEnvironment(),
    MOORLINE_ROOT: root,
    MOORLINE_BASE_URL: url,
    MOORLINE_PORT: String(portalPort),
    MOORLINE_TOKEN: keptSecret('api-token'),
    MOORLINE_TECHDOCS: techdocsFolder,
    POSTGRES_HOST: connection.host,
    POSTGRES_PORT: String(connection.port),
    POSTGRES_USER: connection.user,
    POSTGRES_PASSWORD: connection.password,
    NODE_ENV: 'production',
    NODE_OPTIONS: '--no-node-snapshot',
  };
}

async function startBackend(parts, signal) {
  const url = `http://localhost:${portalPort}`;
  const isReady = async () => {
    try {
      const answer = await fetch(`${url}/.backstage/health/v1/readiness`, {
        signal: AbortSignal.timeout(2000),
      });
      return answer.ok;
    } catch {
      return false;
    }
  };
  return startService(
    'backend',
    [...fromSources, path.join(root, 'packages/backend/src/index.ts')],
    {
      env: { ...environment(), ...backendEnvironment(parts) },
      ready: isReady,
      signal,
    },
  );
}

/**
 * Starts PostgreSQL, the sandbox and the backend; stops what was started when one of them fails.
 * @param {{ signal: AbortSignal, backend?: boolean }} options `signal` ends the start early;
 *   without `backend` only what the backend needs is started
 * @returns {Promise<{ url: string, connection: object, gateway?: string, failed: Promise<string>, stop: () => Promise<void> } | undefined>}
 *   undefined when interrupted
 */
export async function startPortal({ signal, backend = true }) {
  const url = `http://localhost:${portalPort}`;
  const unlock = lockPortal(url);
  const running = [];
  const stop = async () => {
    for (const part of running.splice(0).reverse()) await part.stop();
    unlock();
  };
  const keep = async starting => {
    const part = await starting;
    running.push(part);
    return part;
  };
  try {
    await requireFreePorts();
    publishDocs(techdocsFolder);
    const helm = await ensureHelm();
    const terraform = await ensureTerraform();
    const starting = [
      keep(startPostgres({ dataFolder: path.join(state, 'postgres') })),
      keep(startSandbox({ helm, terraform, signal })),
      backend ? buildFrontend(signal) : undefined,
    ];
    await Promise.allSettled(starting);
    const [{ connection }, { gateway }] = await Promise.all(starting);
    if (backend && !signal.aborted) {
      await step('Starting the portal', () =>
        keep(startBackend({ connection, gateway }, signal)),
      );
    }
    if (signal.aborted) throw new Error('interrupted');
    const failed = Promise.race(
      running
        .filter(part => part.ended)
        .map(part =>
          part.ended.then(
            () =>
              `The ${part.name} ended unexpectedly; its log: ${path.relative(
                root,
                part.log,
              )}`,
          ),
        ),
    );
    return { url, connection, gateway, failed, stop };
  } catch (error) {
    await stop();
    if (signal.aborted) return undefined;
    throw error;
  }
}
