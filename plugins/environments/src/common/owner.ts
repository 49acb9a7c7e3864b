/** The short name of an owner: `team-orders` for `group:default/team-orders`. */
export function ownerName(ref: string): string {
  return ref.slice(ref.lastIndexOf('/') + 1).replace(/^.*:/, '');
}
