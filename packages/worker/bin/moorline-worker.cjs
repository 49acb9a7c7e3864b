#!/usr/bin/env node
const { bundle } = require('@moorline/api/bundle');
const { enableCompileCache } = require('node:module');
const path = require('node:path');

enableCompileCache?.();
require(bundle(path.join(__dirname, '../src/program/main.ts')));
