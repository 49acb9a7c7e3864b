import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import { calling } from '../environmentsApi';
import type { EnvironmentsApi } from '../environmentsApi';
import { examples } from './register.examples';

/** `moorline:environment:register`: from here on the portal follows the run by itself. */
export function createRegisterAction(options: {
  environments: EnvironmentsApi;
  appUrl: string;
}) {
  const { environments, appUrl } = options;
  return createTemplateAction({
    id: 'moorline:environment:register',
    description:
      'Records the run of an environment, so that the portal follows it. Ends the work of a task: the page of the environment shows the rest.',
    examples,
    supportsDryRun: true,
    schema: {
      input: {
        environment: z => z.string().describe('Name of the environment'),
        pipelineId: z => z.number().describe('Id of the pipeline'),
        buildId: z => z.number().describe('Id of the run'),
        url: z => z.string().describe('The run in Azure DevOps'),
      },
      output: {
        runId: z => z.string().describe('Id of the run in the record'),
        entityRef: z => z.string().describe('The environment in the catalog'),
        environmentUrl: z => z.string().describe('The page of the environment'),
        runUrl: z => z.string().describe('The run in Azure DevOps'),
      },
    },
    async handler(ctx) {
      const { environment, pipelineId, buildId, url } = ctx.input;
      ctx.output('entityRef', `resource:default/${environment}`);
      ctx.output(
        'environmentUrl',
        `${appUrl.replace(/\/+$/, '')}/catalog/default/resource/${environment}`,
      );
      ctx.output('runUrl', url);
      if (ctx.isDryRun) {
        ctx.logger.info(
          `Would record the run of the environment ${environment}.`,
        );
        ctx.output('runId', '');
        return;
      }
      const client = await environments(await ctx.getInitiatorCredentials());
      const runId = await ctx.checkpoint({
        key: `register.${environment}.${buildId}`,
        fn: async () => {
          const run = await calling(() =>
            client.runs.record.mutate(
              {
                environment,
                azureDevOps: { buildId, pipelineId, url },
                key: ctx.task.id,
              },
              { signal: ctx.signal },
            ),
          );
          return String(run.id);
        },
      });
      ctx.logger.info(
        `The portal follows the run ${buildId} of the environment ${environment}.`,
      );
      ctx.output('runId', runId);
    },
  });
}
