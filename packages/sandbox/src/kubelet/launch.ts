import { existsSync, mkdirSync, writeFileSync } from 'fs';
import path from 'path';
import { expand } from '../kubernetes/kubelet/environment';
import type { Container } from '../kubernetes/objects/pod';
import { LocalImage, userOf } from './images';
import type { PodSetting } from './pod-setting';
import { ContainerProcess, LaunchOptions } from './runtime/container-process';
import { machineSystem, RUNTIME_LABEL, runtimeOf } from './runtime/machine';
import { composeRoot, Mount, mountTable } from './runtime/root-filesystem';

const DEFAULT_TERMINATION_LOG = '/dev/termination-log';

/** What a container is started with. */
export interface Launch {
  container: Container;
  setting: PodSetting;
  image: LocalImage;
  variables: Record<string, string>;
  /** An empty folder that is the run's own. */
  folder: string;
  output: LaunchOptions['output'];
}

/** In a run's folder, what the container says of its end. */
export const terminationLog = (folder: string) =>
  path.join(folder, 'termination-log');

/** The user and group that a container's processes have: the container's, else the pod's, else the image's. */
function identityOf({ container, setting, image }: Launch) {
  const pod = setting.pod().spec.securityContext;
  const own = container.securityContext;
  const ofImage = userOf(image);
  return {
    user: own?.runAsUser ?? pod?.runAsUser ?? ofImage.user,
    group: own?.runAsGroup ?? pod?.runAsGroup ?? ofImage.group,
  };
}

function volumeMounts({ container, setting, variables }: Launch): Mount[] {
  return (container.volumeMounts ?? []).map(mount => {
    const { name, mountPath, subPath, subPathExpr, readOnly = false } = mount;
    const volume = setting.volumes.get(name);
    // The API refuses pods that mount what they do not have.
    if (!volume) throw new Error(`there is no volume "${name}"`);
    const below = subPath ?? (subPathExpr && expand(subPathExpr, variables));
    const source = path.join(volume.folder, path.join('/', below ?? ''));
    if (!existsSync(source)) mkdirSync(source, { recursive: true });
    return {
      source,
      target: path.resolve('/', mountPath),
      readOnly: readOnly || volume.readOnly,
    };
  });
}

/** Files that say who and where the container is. */
function ownFiles(
  { container, setting, folder }: Launch,
  { user, group }: { user: number; group: number },
): Mount[] {
  const file = (name: string, lines: string[]): Mount => {
    const source = path.join(folder, name);
    writeFileSync(source, lines.map(line => `${line}\n`).join(''));
    return { source, target: `/etc/${name}`, readOnly: true };
  };
  const app = user ? [`app:x:${user}:${group}:app:/:/bin/false`] : [];
  const appGroup = group ? [`app:x:${group}:`] : [];
  const termination = terminationLog(folder);
  writeFileSync(termination, '');
  return [
    { source: setting.hosts, target: '/etc/hosts', readOnly: true },
    file('hostname', [setting.hostname]),
    file('passwd', ['root:x:0:0:root:/root:/bin/sh', ...app]),
    file('group', ['root:x:0:', ...appGroup]),
    {
      source: termination,
      target: container.terminationMessagePath ?? DEFAULT_TERMINATION_LOG,
      readOnly: false,
    },
  ];
}

function commandOf({ container, image, variables }: Launch): string[] {
  const { Entrypoint = [], Cmd = [] } = image.settings;
  const inPlace = (words: string[] = []) =>
    words.map(word => expand(word, variables));
  const args = inPlace(container.args);
  if (container.command?.length)
    return [...inPlace(container.command), ...args];
  return [...Entrypoint, ...(args.length ? args : Cmd)];
}

/**
 * Lays out a container's file system and starts its process.
 * @throws Error when the image needs what this machine has not
 */
export function launch(options: Launch): ContainerProcess {
  const { container, setting, image, variables, folder, output } = options;
  const { settings } = image;
  const { podIP, hostname } = setting;
  const runtime = runtimeOf(settings.Labels?.[RUNTIME_LABEL], podIP);
  const system = machineSystem();
  const readOnlyRoot =
    container.securityContext?.readOnlyRootFilesystem === true;
  const identity = identityOf(options);
  const workingFolder = container.workingDir || settings.WorkingDir || '/';
  const root = path.join(folder, 'root');
  mkdirSync(root);
  const mounts = composeRoot(root, {
    mounts: [...volumeMounts(options), ...ownFiles(options, identity)],
    image: image.folder,
    readOnly: readOnlyRoot,
    machine: [...runtime.paths, ...system.paths],
    links: { ...system.links, ...runtime.links },
  });
  const table = path.join(folder, 'fstab');
  writeFileSync(table, mountTable(root, mounts));
  return new ContainerProcess({
    root,
    mountTable: table,
    readOnlyRoot,
    hostname,
    ...identity,
    workingFolder,
    command: commandOf(options),
    variables: { ...runtime.variables, POD_IP: podIP, ...variables },
    output,
  });
}
