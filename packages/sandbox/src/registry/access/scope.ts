import { Action, ACTIONS } from './permissions';

/** What a token is good for, as its `access` claim and the protocol's scopes have it. */
export interface Access {
  type: 'repository' | 'registry';
  /** Full name of a repository, or `catalog`. */
  name: string;
  actions: string[];
}

/** `repository:acrorders/api:pull,push`. */
export const writeScope = ({ type, name, actions }: Access) =>
  `${type}:${name}:${actions.join(',')}`;

/** Reads scopes, several in one text or each in its own; what cannot be read is left out, as the protocol wants. */
export function readScopes(given: unknown): Access[] {
  return [given]
    .flat()
    .filter((text): text is string => typeof text === 'string')
    .flatMap(text => text.split(' '))
    .flatMap(text => {
      const [, type, name, actions] = /^([^:]+):(.+):([^:]+)$/.exec(text) ?? [];
      return type === 'repository' || type === 'registry'
        ? [{ type, name, actions: actions.split(',') } as const]
        : [];
    });
}

/** The actions that a scope asks for; `*` is all, and who may pull may also be told what there is, where he may that. */
export function actionsAskedFor(actions: string[]): Action[] {
  if (actions.includes('*')) return ACTIONS;
  const wanted = actions.includes('pull')
    ? [...actions, 'metadata_read']
    : actions;
  return ACTIONS.filter(action => wanted.includes(action));
}
