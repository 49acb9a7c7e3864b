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

/** To change what an environment should be, and when it ends. */
export const environmentUpdatePermission = createPermission({
  name: 'environment.update',
  attributes: { action: 'update' },
});

/** To end an environment. */
export const environmentRetirePermission = createPermission({
  name: 'environment.retire',
  attributes: { action: 'delete' },
});

/** To release, promote and roll back services. */
export const releaseWritePermission = createPermission({
  name: 'release.write',
  attributes: { action: 'update' },
});

/** Everything that a policy can decide about environments. */
export const environmentPermissions: BasicPermission[] = [
  environmentReadPermission,
  environmentCreatePermission,
  environmentRunPermission,
  environmentUpdatePermission,
  environmentRetirePermission,
  releaseWritePermission,
];
