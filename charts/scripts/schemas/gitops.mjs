import { flag, map, name, object, orEmpty, text, url } from '../lib/types.mjs';

const repository = about =>
  object(about, {
    repository: orEmpty(url('Its address.')),
    revision: text('Branch, tag or commit.'),
  });

/** Values of the chart gitops. */
export default {
  environments: repository(
    'The repository `environments`, with a folder for each environment.',
  ),
  platform: repository('The repository with the charts.'),
  clusterPrefix: text(
    "What stands before an environment's name in the name of its cluster in Argo CD.",
  ),
  charts: map(
    'Charts of releases whose chart is not defaultChart, by the name of the release.',
    '^[a-z0-9-]+$',
    name('A chart.'),
  ),
  defaultChart: name('Chart of all other releases.'),
  selfHeal: flag('Whether what is changed by hand is put right again.'),
};
