// The environment model, which is TypeScript: Backstage's own hook reads it.
import { createRequire } from 'node:module';
import path from 'node:path';
import { root } from './tools.mjs';

const require = createRequire(path.join(root, 'package.json'));
require('@backstage/cli/config/nodeTransform.cjs');

export const model = require('./packages/environment-model/src');
