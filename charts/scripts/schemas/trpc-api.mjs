import { defaults, metrics, migration, serving } from './common.mjs';

/** Values of the chart trpc-api. */
export default { ...defaults, ...serving, ...metrics, ...migration };
