import type { TemplateExample } from '@backstage/plugin-scaffolder-node';
import { stringify } from 'yaml';

/** Shown in the portal beside the action, and run by its test. */
export const examples: TemplateExample[] = [
  {
    description:
      'Commit the whole workspace to environments/orders-dev of the environments repository.',
    example: stringify({
      steps: [
        {
          id: 'commit',
          name: 'Commit the environment',
          action: 'moorline:environment:commit',
          input: { environment: 'orders-dev' },
        },
      ],
    }),
  },
  {
    description:
      'Commit one folder of the workspace with a message of its own.',
    example: stringify({
      steps: [
        {
          id: 'commit',
          name: 'Commit the environment',
          action: 'moorline:environment:commit',
          input: {
            environment: 'orders-dev',
            sourcePath: 'generated',
            message: 'Move orders-dev to larger nodes',
          },
        },
      ],
    }),
  },
];
