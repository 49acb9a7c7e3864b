import { randomBytes } from 'crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'fs';
import path from 'path';
import { fieldValue, resourceValue } from '../kubernetes/kubelet/environment';
import type { ConfigMap, Secret } from '../kubernetes/objects/cluster';
import {
  DownwardFiles,
  FilesOf,
  Pod,
  ProjectedSource,
  Volume,
} from '../kubernetes/objects/pod';
import type { PersistentVolumeClaim } from '../kubernetes/objects/workloads';
import { ApiClient } from './api/api-client';

/** Points to the folder that the files are in now. */
const CURRENT = '..data';
const TOKEN_SECONDS = 3600;

/** A volume cannot be mounted yet; the message is the kubelet's. */
export class MountError extends Error {}

/** Where a volume is. */
export interface Place {
  folder: string;
  readOnly: boolean;
}

interface VolumeFile {
  content: Buffer;
  mode: number;
}

type Files = Map<string, VolumeFile>;

const binary = (data: Record<string, string> = {}) =>
  Object.entries(data).map(
    ([key, text]) => [key, Buffer.from(text, 'base64')] as const,
  );

/** Makes the volumes of pods. */
export class Volumes {
  constructor(
    private readonly api: ApiClient,
    /** Has a folder for each persistent volume. */
    private readonly persistent: string,
  ) {}

  /**
   * Makes a pod's volumes, or brings them up to date.
   * @param folder - the pod's own; keeps what goes with it
   * @returns where each is, by its name
   * @throws MountError
   */
  async mount(pod: Pod, folder: string): Promise<Map<string, Place>> {
    const places = new Map<string, Place>();
    for (const volume of pod.spec.volumes ?? []) {
      const place = path.join(folder, volume.name);
      places.set(volume.name, await this.prepare(pod, volume, place));
    }
    return places;
  }

  /** Deletes what a persistent volume holds. */
  forget(volume: string): void {
    rmSync(path.join(this.persistent, volume), {
      recursive: true,
      force: true,
    });
  }

  /** Names of the persistent volumes that hold something. */
  kept(): string[] {
    return existsSync(this.persistent) ? readdirSync(this.persistent) : [];
  }

  private async prepare(
    pod: Pod,
    volume: Volume,
    place: string,
  ): Promise<Place> {
    if (volume.persistentVolumeClaim) {
      const { claimName, readOnly = false } = volume.persistentVolumeClaim;
      return { folder: await this.claimed(pod, claimName), readOnly };
    }
    if (volume.emptyDir) {
      mkdirSync(place, { recursive: true });
      return { folder: place, readOnly: false };
    }
    const { configMap, secret, downwardAPI, projected, csi } = volume;
    const failed = `MountVolume.SetUp failed for volume "${volume.name}" : `;
    const sources: ProjectedSource[] | undefined =
      projected?.sources ??
      (configMap && [{ configMap }]) ??
      (secret && [{ secret: { ...secret, name: secret.secretName } }]) ??
      (downwardAPI && [{ downwardAPI }]);
    if (!sources) {
      const what = csi
        ? `kubernetes.io/csi: mounter.SetUpAt failed to get CSI client: driver name ${csi.driver} not found in the list of registered CSI drivers`
        : 'the sandbox has no such kind of volume: use configMap, secret, projected, downwardAPI, emptyDir or persistentVolumeClaim';
      throw new MountError(failed + what);
    }
    const { defaultMode = 0o644 } =
      projected ?? configMap ?? secret ?? downwardAPI ?? {};
    const files: Files = new Map();
    for (const source of sources) {
      try {
        await this.collect(pod, source, defaultMode, files);
      } catch (error) {
        throw new MountError(failed + (error as Error).message);
      }
    }
    writeFiles(place, files);
    return { folder: place, readOnly: true };
  }

  private async claimed(pod: Pod, name: string): Promise<string> {
    const { namespace } = pod.metadata;
    const claim = await this.api.get<PersistentVolumeClaim>(
      `/api/v1/namespaces/${namespace}/persistentvolumeclaims/${name}`,
    );
    const { volumeName } = claim?.spec ?? {};
    if (claim?.status?.phase !== 'Bound' || !volumeName) {
      throw new MountError(
        claim
          ? `Unable to attach or mount volumes: persistentvolumeclaim "${name}" is not bound`
          : `persistentvolumeclaim "${name}" not found`,
      );
    }
    const place = path.join(this.persistent, volumeName);
    mkdirSync(place, { recursive: true });
    return place;
  }

  private async collect(
    pod: Pod,
    source: ProjectedSource,
    mode: number,
    files: Files,
  ): Promise<void> {
    const { configMap, secret, downwardAPI, serviceAccountToken } = source;
    const { namespace } = pod.metadata;
    if (configMap) {
      const found = await this.api.get<ConfigMap>(
        `/api/v1/namespaces/${namespace}/configmaps/${configMap.name}`,
      );
      const texts = Object.entries(found?.data ?? {}).map(
        ([key, text]) => [key, Buffer.from(text)] as const,
      );
      const data = new Map([...texts, ...binary(found?.binaryData)]);
      choose(
        `configmap "${configMap.name}"`,
        configMap,
        found && data,
        mode,
        files,
      );
    }
    if (secret) {
      const found = await this.api.get<Secret>(
        `/api/v1/namespaces/${namespace}/secrets/${secret.name}`,
      );
      const data = new Map(binary(found?.data));
      choose(`secret "${secret.name}"`, secret, found && data, mode, files);
    }
    if (downwardAPI) describePod(pod, downwardAPI, mode, files);
    if (serviceAccountToken) {
      const { path: file, audience, expirationSeconds } = serviceAccountToken;
      const account = pod.spec.serviceAccountName ?? 'default';
      const { status } = await this.api.create<{ status: { token: string } }>(
        `/api/v1/namespaces/${namespace}/serviceaccounts/${account}/token`,
        {
          apiVersion: 'authentication.k8s.io/v1',
          kind: 'TokenRequest',
          spec: {
            audiences: audience ? [audience] : [],
            expirationSeconds: expirationSeconds ?? TOKEN_SECONDS,
          },
        },
      );
      files.set(file, { content: Buffer.from(status.token), mode: 0o600 });
    }
  }
}

/** @throws Error in the kubelet's words when something is missing that is not optional */
function choose(
  what: string,
  { items, optional }: FilesOf,
  data: Map<string, Buffer> | undefined,
  mode: number,
  files: Files,
): void {
  if (!data) {
    if (optional) return;
    throw new Error(`${what} not found`);
  }
  const wanted =
    items ?? [...data.keys()].map(key => ({ key, path: key, mode }));
  for (const { key, path: file, mode: own = mode } of wanted) {
    const content = data.get(key);
    if (content) files.set(file, { content, mode: own });
    else if (!optional) {
      throw new Error(
        `references non-existent ${what.split(' ')[0]} key: ${key}`,
      );
    }
  }
}

function describePod(
  pod: Pod,
  { items = [] }: DownwardFiles,
  mode: number,
  files: Files,
): void {
  for (const { path: file, fieldRef, resourceFieldRef, mode: own } of items) {
    const text = resourceFieldRef
      ? resourceValue(pod, resourceFieldRef)
      : fieldValue(pod, fieldRef?.fieldPath ?? '');
    files.set(file, { content: Buffer.from(text), mode: own ?? mode });
  }
}

const isSame = (folder: string, files: Files) =>
  [...files].every(([file, { content }]) => {
    const place = path.join(folder, file);
    return existsSync(place) && readFileSync(place).equals(content);
  });

/**
 * Writes files as the kubelet does: into a new folder, to which one link is moved, so that a reader never sees a mixture of
 * old and new ones.
 */
function writeFiles(place: string, files: Files): void {
  const current = path.join(place, CURRENT);
  if (existsSync(current) && isSame(current, files)) return;
  const name = `..${randomBytes(8).toString('hex')}`;
  for (const [file, { content, mode }] of files) {
    const target = path.join(place, name, path.join('/', file));
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, content, { mode });
  }
  mkdirSync(path.join(place, name), { recursive: true });
  const before = existsSync(current) ? readlinkSync(current) : undefined;
  symlinkSync(name, `${current}.new`);
  renameSync(`${current}.new`, current);
  for (const file of files.keys()) {
    const [top] = path.join('/', file).slice(1).split('/');
    const link = path.join(place, top);
    if (!existsSync(link)) symlinkSync(path.join(CURRENT, top), link);
  }
  if (before)
    rmSync(path.join(place, before), { recursive: true, force: true });
}
