import { existsSync, mkdirSync } from 'fs';
import path from 'path';
import { readJsonFile, writeJsonFile } from '../../files';
import { RegistryError } from '../errors';
import { isDigest } from '../names';
import { BlobStore } from './blob-store';
import {
  asReferrer,
  blobsOf,
  Descriptor,
  Manifest,
  OCI_INDEX,
  parseManifest,
} from './manifest';

const TAG_ANNOTATION = 'org.opencontainers.image.ref.name';

/** A manifest that a repository has. */
export interface StoredManifest {
  descriptor: Descriptor;
  manifest: Manifest;
}

/**
 * A repository, kept as an OCI image layout: other programs can read its folder. Every manifest is in `index.json`, once
 * for each of its tags, or once without a tag.
 */
export class Repository {
  readonly blobs: BlobStore;
  private readonly manifests = new Map<string, StoredManifest>();
  private readonly tagged = new Map<string, string>();

  /** @param folder - the layout's folder; made at the first write */
  constructor(private readonly folder: string) {
    this.blobs = new BlobStore(folder);
    const index = readJsonFile<{ manifests: Descriptor[] }>(
      path.join(folder, 'index.json'),
    );
    for (const entry of index?.manifests ?? []) {
      const { annotations, ...descriptor } = entry;
      this.manifests.set(descriptor.digest, {
        descriptor,
        manifest: parseManifest(
          this.blobs.read(descriptor.digest),
          descriptor.mediaType,
        ),
      });
      const tag = annotations?.[TAG_ANNOTATION];
      if (tag !== undefined) this.tagged.set(tag, descriptor.digest);
    }
  }

  /** A repository exists as long as it has a manifest. */
  get exists(): boolean {
    return this.manifests.size > 0;
  }

  /** In the order of their characters' codes, as the specification wants. */
  get tags(): string[] {
    return [...this.tagged.keys()].sort();
  }

  /** The manifest that a tag or digest means. */
  resolve(reference: string): StoredManifest | undefined {
    const digest = isDigest(reference) ? reference : this.tagged.get(reference);
    return digest === undefined ? undefined : this.manifests.get(digest);
  }

  /**
   * Keeps a manifest, and tags it.
   * @throws RegistryError MANIFEST_INVALID, or MANIFEST_BLOB_UNKNOWN when it refers to what is not here
   */
  put(options: {
    bytes: Buffer;
    mediaType: string;
    digest: string;
    tag?: string;
  }): StoredManifest {
    const { bytes, mediaType, digest, tag } = options;
    const manifest = parseManifest(bytes, mediaType);
    const missing = [
      ...blobsOf(manifest).filter(blob => !this.blobs.has(blob.digest)),
      ...(manifest.manifests ?? []).filter(
        child => !this.manifests.has(child.digest),
      ),
    ];
    if (missing.length > 0) {
      throw new RegistryError(
        'MANIFEST_BLOB_UNKNOWN',
        `manifest refers to content that the repository does not have: push ${missing
          .map(entry => entry.digest)
          .join(', ')} first`,
        { detail: missing.map(entry => ({ digest: entry.digest })) },
      );
    }
    const wrong = blobsOf(manifest).find(
      blob => this.blobs.size(blob.digest) !== blob.size,
    );
    if (wrong) {
      throw new RegistryError(
        'SIZE_INVALID',
        `${wrong.digest} has ${this.blobs.size(
          wrong.digest,
        )} bytes, the manifest says ${wrong.size}`,
      );
    }
    this.blobs.write(digest, bytes);
    const descriptor = { mediaType, digest, size: bytes.length };
    const stored = { descriptor, manifest };
    this.manifests.set(digest, stored);
    if (tag !== undefined) this.tagged.set(tag, digest);
    this.save();
    return stored;
  }

  /** Takes a tag away; its manifest stays. @returns false when there is no such tag */
  deleteTag(tag: string): boolean {
    const deleted = this.tagged.delete(tag);
    if (deleted) this.save();
    return deleted;
  }

  /**
   * Deletes a manifest with its tags, and the blobs that no other manifest here has.
   * @returns false when there is no such manifest
   */
  deleteManifest(digest: string): boolean {
    const deleted = this.manifests.get(digest);
    if (!deleted) return false;
    this.manifests.delete(digest);
    for (const [tag, target] of this.tagged) {
      if (target === digest) this.tagged.delete(tag);
    }
    this.save();
    const used = new Set(
      [...this.manifests.values()].flatMap(({ descriptor, manifest }) => [
        descriptor.digest,
        ...blobsOf(manifest).map(blob => blob.digest),
      ]),
    );
    [digest, ...blobsOf(deleted.manifest).map(blob => blob.digest)]
      .filter(unused => !used.has(unused))
      .forEach(unused => this.blobs.delete(unused));
    return true;
  }

  /** True when a manifest needs this blob, or it is one. */
  isReferred(digest: string): boolean {
    return (
      this.manifests.has(digest) ||
      [...this.manifests.values()].some(({ manifest }) =>
        blobsOf(manifest).some(blob => blob.digest === digest),
      )
    );
  }

  /** Manifests whose subject is this digest, which itself need not be here. */
  referrers(digest: string): Descriptor[] {
    return [...this.manifests.values()]
      .filter(({ manifest }) => manifest.subject?.digest === digest)
      .map(({ descriptor, manifest }) => asReferrer(descriptor, manifest));
  }

  private save(): void {
    const tagsOf = new Map<string, string[]>();
    for (const [tag, digest] of this.tagged) {
      tagsOf.set(digest, [...(tagsOf.get(digest) ?? []), tag]);
    }
    const manifests = [...this.manifests.values()].flatMap(({ descriptor }) => {
      const tags = tagsOf.get(descriptor.digest) ?? [];
      return tags.length === 0
        ? [descriptor]
        : tags.map(tag => ({
            ...descriptor,
            annotations: { [TAG_ANNOTATION]: tag },
          }));
    });
    mkdirSync(this.folder, { recursive: true });
    const marker = path.join(this.folder, 'oci-layout');
    if (!existsSync(marker)) {
      writeJsonFile(marker, { imageLayoutVersion: '1.0.0' });
    }
    writeJsonFile(path.join(this.folder, 'index.json'), {
      schemaVersion: 2,
      mediaType: OCI_INDEX,
      manifests,
    });
  }
}
