/** An npm package. */
export interface Package {
  name: string;
  version: string;
  /** SPDX expression, as its package.json has it. */
  license?: string;
}

/** Media type and artifact type of {@link billOfMaterials}. */
export const CYCLONEDX = 'application/vnd.cyclonedx+json';

/** `pkg:npm/%40trpc/server@11.25.2`, by the specification of package URLs. */
const packageUrl = ({ name, version }: Package) =>
  `pkg:npm/${name.split('/').map(encodeURIComponent).join('/')}@${version}`;

/** The packages of several lists, each once, in the order of their URLs. */
export function distinct(packages: Package[]): Package[] {
  const byUrl = new Map(packages.map(each => [packageUrl(each), each]));
  return [...byUrl]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, each]) => each);
}

/**
 * What is in an image, as a CycloneDX document. It comes from the bundler, which knows what it put in: a scanner of the
 * finished image sees one file.
 * @param image - its name, version and digest
 */
export function billOfMaterials(
  image: { name: string; version: string; digest: string },
  packages: Package[],
) {
  const { name, version, digest } = image;
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      component: {
        type: 'container',
        'bom-ref': `pkg:oci/${name}@${encodeURIComponent(digest)}`,
        name,
        version,
        purl: `pkg:oci/${name}@${encodeURIComponent(digest)}`,
      },
    },
    components: packages.map(each => ({
      type: 'library',
      'bom-ref': packageUrl(each),
      name: each.name,
      version: each.version,
      ...(each.license && { licenses: [{ expression: each.license }] }),
      purl: packageUrl(each),
    })),
  };
}
