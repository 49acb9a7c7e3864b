import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright';

const root = path.resolve(fileURLToPath(import.meta.url), '../../../..');
const pictures = process.env.MOORLINE_PICTURES
  ? path.resolve(root, process.env.MOORLINE_PICTURES)
  : undefined;

/** A real Chromium, quiet on a closed network. */
export async function openBrowser() {
  const executablePath = process.env.MOORLINE_CHROMIUM;
  if (!executablePath) {
    throw new Error(
      'MOORLINE_CHROMIUM is not set: run this test by `npm test -- portal`, which finds or fetches Chromium.',
    );
  }
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** Keeps a picture for the docs when MOORLINE_PICTURES names a folder. */
export async function picture(page, name) {
  if (!pictures) return;
  fs.mkdirSync(pictures, { recursive: true });
  await page.screenshot({ path: path.join(pictures, `${name}.png`) });
}

/** Signs in as the guest of one machine. */
export async function signIn(page, url) {
  await page.goto(url);
  await page.getByRole('button', { name: 'Enter' }).click();
}
