// Renders that are kept, for people to review as a diff: each application with its values for dev and for prod. As
// objects: how Helm parts and comments them differs from version to version.
import fs from 'node:fs';
import path from 'node:path';
import {
  applications,
  parse,
  render,
  sourceOf,
  withoutMade,
  yaml,
} from './charts.mjs';

const folder = path.join(sourceOf('tests'), 'golden');

/** What is kept: `{ file, text }`, where `text` makes it anew. */
export const goldens = applications.flatMap(chart =>
  ['dev', 'prod']
    .map(tier => path.join(sourceOf(chart), `values-${tier}.yaml`))
    .filter(values => fs.existsSync(values))
    .map(values => ({
      chart,
      values,
      file: path.join(
        folder,
        `${chart}-${path.basename(values).replace('values-', '')}`,
      ),
      text: async (more = []) =>
        parse(withoutMade(await render(chart, values, { more })))
          .map(object => yaml.stringify(object, { lineWidth: 0 }))
          .join('---\n'),
    })),
);
