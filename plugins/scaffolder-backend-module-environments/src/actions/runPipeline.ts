import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import type { AzureDevOps, AzureDevOpsSettings } from '@moorline/azure-devops';
import { forTask } from './follow';
import { examples } from './runPipeline.examples';

/** `moorline:pipeline:run`: queues a run once for a task, and does not wait for it. */
export function createRunPipelineAction(options: {
  azureDevOps: AzureDevOps;
  settings: AzureDevOpsSettings;
}) {
  const { azureDevOps, settings } = options;
  return createTemplateAction({
    id: 'moorline:pipeline:run',
    description:
      'Queues a run of a pipeline, once however often the task is retried. It does not wait for the run.',
    examples,
    supportsDryRun: true,
    schema: {
      input: {
        pipelineId: z => z.number().describe('Id of the pipeline'),
        parameters: z =>
          z
            .record(z.string())
            .optional()
            .describe(
              'Values of the parameters that the pipeline declares; requestKey is added',
            ),
      },
      output: {
        buildId: z => z.number().describe('Id of the run'),
        url: z => z.string().describe('The run in Azure DevOps'),
      },
    },
    async handler(ctx) {
      const { pipelineId, parameters } = ctx.input;
      if (ctx.isDryRun) {
        ctx.logger.info(
          `Would queue a run of the pipeline on ${settings.branch}.`,
        );
        ctx.output('buildId', 0);
        ctx.output('url', '');
        return;
      }
      // The key is the task's: no run can have it before this task asked for one, so there is none to look for. A task
      // that is tried again finds the mark and looks.
      let isNewKey = false;
      await ctx.checkpoint({
        key: `asking.${pipelineId}`,
        fn: async () => {
          isNewKey = true;
          return true;
        },
      });
      const { buildId, url, created } = await ctx.checkpoint({
        key: `run.${pipelineId}`,
        fn: async () => ({
          ...(await forTask(azureDevOps, ctx).runPipeline({
            pipelineId,
            key: ctx.task.id,
            isNewKey,
            branch: settings.branch,
            templateParameters: parameters,
          })),
        }),
      });
      ctx.logger.info(
        `${created ? 'Queued' : 'Found'} the run ${buildId}: ${url}`,
      );
      ctx.output('buildId', buildId);
      ctx.output('url', url);
    },
  });
}
