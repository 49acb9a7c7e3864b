import { BUILTIN } from './builtin';
import { ResourceType } from './resourceType';

/** `v1` sorts before `v1beta1`, newer before older, as discovery prefers versions. */
function byPreference(a: string, b: string): number {
  const rank = (version: string) => {
    const match = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version);
    if (!match) return [3, 0, 0];
    const [, major, stage, minor] = match;
    let maturity = 0;
    if (stage === 'beta') maturity = 1;
    if (stage === 'alpha') maturity = 2;
    return [maturity, -Number(major), -Number(minor ?? 0)];
  };
  const left = rank(a);
  const right = rank(b);
  for (let i = 0; i < 3; i++) {
    if (left[i] !== right[i]) return left[i] - right[i];
  }
  return a.localeCompare(b);
}

/** The resources one cluster serves: those built in, and those its CustomResourceDefinitions add. */
export class Registry {
  private readonly types = new Map<string, ResourceType>();

  constructor() {
    BUILTIN.forEach(type => this.add(type));
  }

  add(type: ResourceType) {
    this.types.set(`${type.groupVersion} ${type.plural}`, type);
  }

  remove(type: ResourceType) {
    this.types.delete(`${type.groupVersion} ${type.plural}`);
  }

  get(groupVersion: string, plural: string): ResourceType | undefined {
    return this.types.get(`${groupVersion} ${plural}`);
  }

  ofKind(groupVersion: string, kind: string): ResourceType | undefined {
    return this.all().find(
      type => type.groupVersion === groupVersion && type.kind === kind,
    );
  }

  /** The kind in any version of a group: owners and references name versions that may no longer be served. */
  ofGroupKind(apiVersion: string, kind: string): ResourceType | undefined {
    const group = apiVersion.includes('/') ? apiVersion.split('/')[0] : '';
    return this.all().find(type => type.group === group && type.kind === kind);
  }

  all(): ResourceType[] {
    return [...this.types.values()];
  }

  in(groupVersion: string): ResourceType[] {
    return this.all().filter(type => type.groupVersion === groupVersion);
  }

  /** One type per stored resource, whatever its versions. */
  stored(): ResourceType[] {
    const byKey = new Map<string, ResourceType>();
    for (const type of this.all()) {
      if (type.form === 'stored' && !byKey.has(type.key)) {
        byKey.set(type.key, type);
      }
    }
    return [...byKey.values()];
  }

  groupVersions(): string[] {
    return [...new Set(this.all().map(type => type.groupVersion))];
  }

  /** Groups other than the core one, each with its versions, the preferred first. */
  groups(): { name: string; versions: string[] }[] {
    const groups = new Map<string, Set<string>>();
    for (const { group, version } of this.all()) {
      if (!group) continue;
      groups.set(group, (groups.get(group) ?? new Set()).add(version));
    }
    return [...groups].map(([name, versions]) => ({
      name,
      versions: [...versions].sort(byPreference),
    }));
  }
}
