import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { step, UserError } from './console.mjs';
import { runProgram } from './toolchain.mjs';

const require = createRequire(import.meta.url);

function installed() {
  const names = ['chromium', 'chromium-browser', 'google-chrome'];
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  const { chromium } = require('playwright');
  return [
    process.env.MOORLINE_CHROMIUM,
    chromium.executablePath(),
    ...folders.flatMap(folder => names.map(name => path.join(folder, name))),
  ].find(file => file && fs.existsSync(file));
}

/** @returns {Promise<string>} the path of a Chromium that Playwright can drive */
export async function ensureChromium() {
  const present = installed();
  if (present) return present;
  const ways = [
    [
      "Playwright's own",
      () =>
        runProgram(process.execPath, [
          path.join(path.dirname(require.resolve('playwright')), 'cli.js'),
          'install',
          'chromium',
        ]),
    ],
    [
      "Debian's package",
      async () => {
        const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
        await runProgram('apt-get', ['update', '-qq'], { env });
        await runProgram('apt-get', ['install', '-y', '-qq', 'chromium'], {
          env,
        });
      },
    ],
  ];
  const reasons = [];
  for (const [label, way] of ways) {
    try {
      await step(`Fetching Chromium (${label})`, way);
      const fetched = installed();
      if (fetched) return fetched;
      reasons.push(`  ${label}: nothing usable was installed`);
    } catch (error) {
      reasons.push(
        `  ${label}: ${error.message.split('\n').slice(-3).join(' ')}`,
      );
    }
  }
  throw new UserError(
    `Chromium is missing and could not be fetched:\n${reasons.join(
      '\n',
    )}\nInstall it (Debian: apt-get install chromium) or name it in MOORLINE_CHROMIUM, then try again.`,
  );
}
