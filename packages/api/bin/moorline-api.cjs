#!/usr/bin/env -S node --max-semi-space-size=4 --heap-growing-percent=50
// Little is kept from one request to the next: by itself Node would still let its heap grow to twice what this takes.
require('./bundle.cjs').run('server/main.ts');
