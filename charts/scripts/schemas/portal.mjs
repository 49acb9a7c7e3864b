import { defaults, serving } from './common.mjs';

/** Values of the chart portal. */
export default {
  ...defaults,
  ...serving,
  appConfig: {
    type: 'object',
    description:
      "Backstage's configuration, over the image's own and what this chart sets; secrets as ${VARIABLE}.",
  },
};
