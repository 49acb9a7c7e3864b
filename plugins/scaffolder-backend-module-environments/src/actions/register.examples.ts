import type { TemplateExample } from '@backstage/plugin-scaffolder-node';
import { stringify } from 'yaml';

/** Shown in the portal beside the action, and run by its test (with values for the earlier steps' outputs). */
export const examples: TemplateExample[] = [
  {
    description: 'Record the run that earlier steps queued.',
    example: stringify({
      steps: [
        {
          id: 'register',
          name: 'Follow the run',
          action: 'moorline:environment:register',
          input: {
            environment: 'orders-dev',
            pipelineId: '${{ steps.pipeline.output.pipelineId }}',
            buildId: '${{ steps.run.output.buildId }}',
            url: '${{ steps.run.output.url }}',
          },
        },
      ],
    }),
  },
];
