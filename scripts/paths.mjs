import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout. */
export const root = path.resolve(
  path.dirname(fileURLToPath(import.meta.url)),
  '..',
);
/** Everything a command makes on this machine, in one ignored folder. */
export const local = path.join(root, '.moorline');
/** Programs fetched for this checkout: kept by `npm run reset`. */
export const tools = path.join(local, 'tools');
/** Databases, repositories, keys, logs: forgotten by `npm run reset`. */
export const state = process.env.MOORLINE_STATE
  ? path.resolve(process.env.MOORLINE_STATE)
  : path.join(local, 'state');
