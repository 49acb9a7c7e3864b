import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  writeFileSync,
} from 'fs';
import { join } from 'path';
import { expandPipeline, runPipeline } from '../index';
import {
  CONTEXT,
  GIT,
  GitFixture,
  Recorder,
  runOptions,
} from '../testing/fixtures';
import { globToRegExp } from './glob';
import { words } from './scripts';

/** Prints its arguments and what it finds, as the real helm would be given them. */
const SHOW_ARGUMENTS = `#!/bin/bash
printf 'arg<%s>\\n' "$@"
if [ "$1" = version ]; then echo v4.3.1+g1; exit 0; fi
ls -l "$KUBECONFIG" | cut -c1-10
cat "$KUBECONFIG"
if [ "$1" = rollback ]; then echo "Error: release has no 9 version" >&2; exit 1; fi
exit 0
`;

const HELM = `
steps:
- task: HelmInstaller@1
  inputs:
    helmVersionToInstall: 4.3.1
- task: KubeloginInstaller@0
- task: HelmDeploy@1
  displayName: Upgrade
  inputs:
    connectionType: Azure Resource Manager
    azureSubscription: moorline-plan
    azureResourceGroup: rg-orders
    kubernetesCluster: aks-orders
    namespace: orders
    command: upgrade
    chartType: FilePath
    chartPath: charts/trpc-api
    releaseName: api
    valueFile: values/api.yaml
    overrideValues: |
      image.tag=0.2.0
      note="two words"
    arguments: --timeout 5m --description "from the run"
- task: HelmDeploy@1
  displayName: Roll back
  continueOnError: true
  inputs: &none
    azureSubscription: moorline-plan
    azureResourceGroup: rg-orders
    kubernetesCluster: aks-orders
    namespace: orders
    command: rollback
    releaseName: api
    arguments: '9'
- task: HelmDeploy@1
  displayName: No cluster
  continueOnError: true
  inputs:
    azureSubscription: moorline-plan
    azureResourceGroup: rg-none
    kubernetesCluster: aks-none
    command: ls
- task: HelmDeploy@1
  displayName: Sign in
  inputs:
    azureSubscription: moorline-plan
    azureResourceGroup: rg-orders
    kubernetesCluster: aks-orders
    command: login
- bash: |
    set -eu
    cat "$KUBECONFIG"
    ls -l "$KUBECONFIG" | cut -c1-10
    ls "$AGENT_TEMPDIRECTORY" | grep -c kubeconfig
  displayName: Use the cluster
- task: HelmDeploy@1
  displayName: Sign out
  inputs:
    azureSubscription: moorline-plan
    azureResourceGroup: rg-orders
    kubernetesCluster: aks-orders
    command: logout
- bash: ls "$AGENT_TEMPDIRECTORY" | grep kubeconfig || echo "gone<$KUBECONFIG>"
  displayName: Look for it
`.replace('&none\n', '\n');

const ARTIFACTS = `
jobs:
- job: make
  steps:
  - bash: |
      mkdir -p out/deep/.git && echo a > out/a.txt && echo b > out/deep/b.json && echo x > out/deep/.git/x
      ln -s /etc/hostname escape
      mkdir links && mv escape links
    displayName: Make
  - publish: out
    artifact: results
  - task: PublishPipelineArtifact@1
    displayName: Again
    continueOnError: true
    inputs:
      path: out
      artifactName: results
  - publish: links
    artifact: links
    displayName: Links
    continueOnError: true
  - publish: nothing
    artifact: nothing
    displayName: Nothing
    continueOnError: true
- job: use
  dependsOn: make
  steps:
  - checkout: none
  - download: current
    artifact: results
    patterns: '**/*.json'
  - task: DownloadPipelineArtifact@2
    displayName: To a folder
    inputs:
      source: current
      artifact: results
      path: $(Build.BinariesDirectory)
  - task: DownloadPipelineArtifact@2
    displayName: Missing
    continueOnError: true
    inputs:
      artifactName: missing
  - bash: |
      cd "$PIPELINE_WORKSPACE/results" && find . -type f
      cd "$BUILD_BINARIESDIRECTORY" && find . -type f | sort
    displayName: Look
`;

describe('tasks', () => {
  const git = new GitFixture();
  afterAll(() => git.remove());

  async function run(repository: string, yaml: string) {
    git.add(repository, {
      'azure-pipelines.yml': yaml,
      'charts/trpc-api/Chart.yaml': 'name: trpc-api\n',
      'values/api.yaml': 'a: 1\n',
    });
    const helm = join(git.folder, 'bin', 'helm');
    mkdirSync(join(git.folder, 'bin'), { recursive: true });
    writeFileSync(helm, SHOW_ARGUMENTS);
    chmodSync(helm, 0o755);
    const pipeline = await expandPipeline(
      git.files,
      { repository, ref: 'refs/heads/main', path: 'azure-pipelines.yml' },
      {},
      CONTEXT,
    );
    const seen = new Recorder();
    const { result } = await runPipeline(
      pipeline,
      runOptions(git.folder, {
        tools: { git: GIT, helm },
        artifactsFolder: join(git.folder, 'artifacts', repository),
        kubeconfig: (group, cluster) =>
          group === 'rg-orders' && cluster === 'aks-orders'
            ? 'users:\n- user:\n    token: cluster-token\n'
            : undefined,
      }),
      seen,
    );
    expect(seen.all).not.toContain('cluster-token');
    return { result, seen };
  }

  it('composes helm command lines as HelmDeploy@1 does', async () => {
    const { result, seen } = await run('helm', HELM);
    const text = seen.text('Upgrade');
    const sources = /\[command\]\S+helm upgrade.* "?(\S+)\/charts/.exec(
      text,
    )?.[1];
    expect([...text.matchAll(/^arg<(.*)>$/gm)].map(match => match[1])).toEqual([
      'upgrade',
      '--namespace',
      'orders',
      '--install',
      '--values',
      `${sources}/values/api.yaml`,
      '--set',
      'image.tag=0.2.0,note=two words',
      '--wait',
      '--timeout',
      '5m',
      '--description',
      'from the run',
      'api',
      `${sources}/charts/trpc-api`,
    ]);
    expect(text).toContain('-rw-------\nusers:\n- user:\n    token: ***');
    expect(seen.find('Task', 'Roll back').issues).toEqual([
      expect.objectContaining({ message: 'Error: release has no 9 version' }),
    ]);
    expect(seen.text('No cluster')).toContain(
      'there is no cluster of that name in resource group rg-none',
    );
    expect(seen.text('HelmInstaller')).toContain('of this machine is used');
    expect(seen.text('Use the cluster')).toMatch(
      /token: \*\*\*[\s\S]*-rw-------\n1$/m,
    );
    expect(seen.text('Look for it')).toContain('gone<>');
    expect(result).toBe('partiallySucceeded');
  }, 60_000);

  it('keeps and fetches artifacts', async () => {
    const { result, seen } = await run('artifacts', ARTIFACTS);
    expect(result).toBe('partiallySucceeded');
    expect(seen.artifacts.map(artifact => artifact.name)).toEqual(['results']);
    expect(seen.text('Again')).toContain(
      'Artifact results already exists for build 42.',
    );
    expect(seen.text('Links')).toContain('outside the folder');
    expect(seen.text('Nothing')).toContain('Path does not exist');
    expect(seen.text('Missing')).toContain(
      'Artifact missing was not found for build 42.',
    );
    expect(seen.text('Look')).toContain(
      './deep/b.json\n./a.txt\n./deep/b.json\n##[section]',
    );
    const [{ folder }] = seen.artifacts;
    expect(existsSync(join(folder, 'deep', '.git'))).toBe(false);
    expect(readdirSync(join(folder, '..'))).toEqual(['results']);
  }, 60_000);

  it.each([
    ['a b', ['a', 'b']],
    [' --set  x="1 2" ', ['--set', 'x=1 2']],
    ['"" "\\"q\\""', ['', '"q"']],
    ["-f 'a b'", ['-f', "'a", "b'"]],
  ])('splits %s as the task library does', (line, expected) => {
    expect(words(line)).toEqual(expected);
  });

  it('reads simple patterns and refuses others', () => {
    expect(globToRegExp('**/*.tf')?.test('a/b/c.tf')).toBe(true);
    expect(globToRegExp('**/*.tf')?.test('c.tf')).toBe(true);
    expect(globToRegExp('*.tf')?.test('a/c.tf')).toBe(false);
    expect(globToRegExp('plan/**')?.test('plan/x/y')).toBe(true);
    expect(globToRegExp('!**')).toBeUndefined();
  });
});
