import type { TemplateExample } from '@backstage/plugin-scaffolder-node';
import { stringify } from 'yaml';

/** Shown in the portal beside the action, and run by its test (with a number for the id). */
export const examples: TemplateExample[] = [
  {
    description: 'Queue a run of the pipeline that an earlier step made.',
    example: stringify({
      steps: [
        {
          id: 'run',
          name: 'Queue the run',
          action: 'moorline:pipeline:run',
          input: { pipelineId: '${{ steps.pipeline.output.pipelineId }}' },
        },
      ],
    }),
  },
];
