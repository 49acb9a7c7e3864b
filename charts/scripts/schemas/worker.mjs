import { defaults, metrics } from './common.mjs';

/** Values of the chart worker. */
export default { ...defaults, ...metrics };
