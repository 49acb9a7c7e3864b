import {
  createExternalRouteRef,
  createRouteRef,
} from '@backstage/frontend-plugin-api';

/** The list of environments: `/environments`. */
export const environmentsRouteRef = createRouteRef();

/** A scaffolder task's own page, for those who want the whole log. */
export const taskRouteRef = createExternalRouteRef({
  params: ['taskId'],
  defaultTarget: 'scaffolder.ongoingTask',
});
