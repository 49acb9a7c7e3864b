import {
  BasicPermission,
  createPermission,
} from '@backstage/plugin-permission-common';

/** To see environments, their runs and logs. */
export const environmentReadPermission = createPermission({
  name: 'environment.read',
  attributes: { action: 'read' },
});

/** To create an environment. */
export const environmentCreatePermission = createPermission({
  name: 'environment.create',
  attributes: { action: 'create' },
});

/** To run an environment's pipeline. */
export const environmentRunPermission = createPermission({
  name: 'environment.run',
  attributes: { action: 'update' },
});

/** Everything that a policy can decide about environments. */
export const environmentPermissions: BasicPermission[] = [
  environmentReadPermission,
  environmentCreatePermission,
  environmentRunPermission,
];
