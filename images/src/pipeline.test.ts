import { spawnSync } from 'child_process';
import { readFileSync } from 'fs';
import path from 'path';
import { parse } from 'yaml';
import { RECIPES } from './recipes';

const ROOT = path.join(__dirname, '..', '..');
const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');

/** Images that a script loops over. */
const loops = (script: string) =>
  [...script.matchAll(/^for image in ([\w -]+);/gm)].flatMap(([, names]) =>
    names.split(' '),
  );

describe('azure-pipelines.yml', () => {
  const text = read('azure-pipelines.yml');
  const { stages } = parse(text);

  it('releases what was tested, built and scanned, and only for a tag', () => {
    const [test, images, release] = stages;
    expect([test, images, release].map(({ stage }) => stage)).toEqual([
      'test',
      'images',
      'release',
    ]);
    expect(release).toMatchObject({
      dependsOn: ['test', 'images'],
      condition:
        "and(succeeded(), startsWith(variables['Build.SourceBranch'], 'refs/tags/v'))",
    });
    // Approvals are asked for by the environment.
    expect(release.jobs[0]).toMatchObject({ environment: 'images' });
    // It signs in by federation: there is nothing to keep secret.
    expect(text).not.toMatch(/password|secret|accesstoken/i);
  });

  it('has each image in both scripts, which bash can read', () => {
    const all = [...Object.keys(RECIPES), 'portal'].sort();
    for (const name of ['check', 'release']) {
      const file = `images/pipeline/${name}.sh`;
      expect(text).toContain(file);
      expect(loops(read(file)).sort()).toEqual(all);
      const { status } = spawnSync('bash', ['-n', path.join(ROOT, file)]);
      expect(status).toBe(0);
    }
  });
});
