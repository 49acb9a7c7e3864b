import type { TemplateExample } from '@backstage/plugin-scaffolder-node';
import { stringify } from 'yaml';

/** Shown in the portal beside the action, and run by its test. */
export const examples: TemplateExample[] = [
  {
    description: 'Find or create the pipeline environment-orders-dev.',
    example: stringify({
      steps: [
        {
          id: 'pipeline',
          name: 'Find or create the pipeline',
          action: 'moorline:pipeline:ensure',
          input: { environment: 'orders-dev' },
        },
      ],
    }),
  },
];
