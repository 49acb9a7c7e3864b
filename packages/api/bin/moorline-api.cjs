#!/usr/bin/env -S node --max-semi-space-size=4
// New objects in 4 MB: little is kept from one request to the next, and by itself Node would take three times as much.
require('./bundle.cjs').run('server/main.ts');
