import {
  ENVIRONMENT_ANNOTATION,
  environmentEntityRef,
  environmentLabelSelector,
  environmentPermissions,
} from './index';

describe('environments-common', () => {
  it('names entities and Kubernetes objects alike', () => {
    expect(environmentEntityRef('orders-dev')).toBe(
      'resource:default/orders-dev',
    );
    expect(environmentLabelSelector('orders-dev')).toBe(
      `${ENVIRONMENT_ANNOTATION}=orders-dev`,
    );
  });

  it('has permissions with names of their own', () => {
    const names = environmentPermissions.map(({ name }) => name);
    expect(names).toEqual([
      'environment.read',
      'environment.create',
      'environment.run',
      'environment.update',
      'environment.retire',
      'release.write',
    ]);
  });
});
