#!/usr/bin/env node
// From a checkout: compiles what it needs as it goes.
require('@backstage/cli/config/nodeTransform.cjs');
require('../src/cli/main');
