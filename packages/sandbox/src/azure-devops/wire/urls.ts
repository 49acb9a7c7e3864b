import type { OrganizationStore } from '../store/organization-store';

/** Addresses that answers carry. */
export class Urls {
  /**
   * @param organizationUrl - without a slash at the end, e.g. `https://localhost:7443/moorline`
   */
  constructor(
    readonly organizationUrl: string,
    private readonly organization: OrganizationStore,
  ) {}

  /** Of the project's REST API: `…/moorline/<project id>/_apis/<rest>`. */
  api(rest: string): string {
    return `${this.organizationUrl}/${this.organization.project.id}/_apis/${rest}`;
  }

  project(): string {
    return `${this.organizationUrl}/_apis/projects/${this.organization.project.id}`;
  }

  repository(id: string): string {
    return this.api(`git/repositories/${id}`);
  }

  /** What `git clone` is given; without credentials. */
  clone(repositoryName: string): string {
    const project = encodeURIComponent(this.organization.project.name);
    return `${this.organizationUrl}/${project}/_git/${encodeURIComponent(
      repositoryName,
    )}`;
  }

  /** As {@link clone}, with the organisation as user, which is how Azure DevOps answers `remoteUrl`. */
  remote(repositoryName: string): string {
    const url = new URL(this.clone(repositoryName));
    url.username = new URL(this.organizationUrl).pathname.slice(1);
    return url.href;
  }

  /** The page of a build that a person opens. */
  buildPage(id: number): string {
    return `${this.organizationUrl}/${this.organization.project.id}/_build/results?buildId=${id}`;
  }

  definitionPage(id: number): string {
    return `${this.organizationUrl}/${this.organization.project.id}/_build/definition?definitionId=${id}`;
  }
}
