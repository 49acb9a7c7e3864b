#!/usr/bin/env node
require('./bundle.cjs').run('server/main.ts');
