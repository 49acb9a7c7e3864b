import { run as test } from './test.mjs';

/** Takes the pictures in docs/images anew: the portal's own test does, as it goes through the main job. */
export async function run() {
  process.env.MOORLINE_PICTURES = 'docs/images';
  return test(['portal']);
}
