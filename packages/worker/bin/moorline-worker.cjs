#!/usr/bin/env node
const path = require('node:path');
const { bundle } = require('../../api/bin/bundle.cjs');

require('node:module').enableCompileCache?.();
require(bundle(path.join(__dirname, '../src/program/main.ts')));
