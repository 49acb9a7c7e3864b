#!/usr/bin/env node
require('./bundle.cjs').run('cli/main.ts');
