import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import type { AzureDevOps, AzureDevOpsSettings } from '@moorline/azure-devops';
import { environmentFolder, pipelineName } from '@moorline/environment-model';
import { examples } from './ensurePipeline.examples';
import { forTask } from './follow';

/** `moorline:pipeline:ensure`: the pipeline of an environment, allowed to use what its first run needs. */
export function createEnsurePipelineAction(options: {
  azureDevOps: AzureDevOps;
  settings: AzureDevOpsSettings;
}) {
  const { azureDevOps, settings } = options;
  return createTemplateAction({
    id: 'moorline:pipeline:ensure',
    description:
      'Finds or creates the pipeline of an environment and authorises it for its service connections and for the platform repository, so that its first run waits for nobody.',
    examples,
    supportsDryRun: true,
    schema: {
      input: {
        environment: z => z.string().describe('Name of the environment'),
        yamlPath: z =>
          z
            .string()
            .optional()
            .describe(
              'The pipeline in the environments repository; environments/<name>/azure-pipelines.yml when left out',
            ),
        deploymentEnvironments: z =>
          z
            .array(z.string())
            .optional()
            .describe(
              'Environments of Azure Pipelines that its deployment jobs name, made when they are not there; one with the name of the environment when left out',
            ),
      },
      output: {
        pipelineId: z => z.number().describe('Id of the pipeline'),
        created: z => z.boolean().describe('Whether it was made now, or found'),
      },
    },
    async handler(ctx) {
      const { environment } = ctx.input;
      const name = pipelineName(environment);
      const yamlPath =
        ctx.input.yamlPath ??
        `${environmentFolder(environment)}/azure-pipelines.yml`;
      const resources = {
        endpoints: Object.values(settings.serviceConnections),
        repositories: [settings.platformRepository],
        environments: ctx.input.deploymentEnvironments ?? [environment],
      };
      const uses = [
        ...resources.endpoints.map(item => `service connection ${item}`),
        ...resources.repositories.map(item => `repository ${item}`),
        ...resources.environments.map(item => `environment ${item}`),
      ].join(', ');

      if (ctx.isDryRun) {
        ctx.logger.info(
          `Would find or create the pipeline ${name} from ${yamlPath} and authorise it for: ${uses}.`,
        );
        ctx.output('pipelineId', 0);
        ctx.output('created', false);
        return;
      }

      const client = forTask(azureDevOps, ctx);
      // Neither needs the other, and each costs round trips.
      const [pipeline, found] = await both(
        ctx.checkpoint({
          key: `pipeline.${environment}`,
          fn: async () => ({
            ...(await client.ensurePipeline({
              name,
              folder: 'environments',
              repository: settings.repository,
              yamlPath,
            })),
          }),
        }),
        ctx.checkpoint({
          key: `resources.${environment}`,
          fn: async () =>
            (
              await client.ensureResources(resources)
            ).map(item => ({
              ...item,
            })),
        }),
      );
      const { id, created } = pipeline;
      ctx.logger.info(
        `${created ? 'Created' : 'Found'} the pipeline ${name} (${id}).`,
      );
      await ctx.checkpoint({
        key: `authorize.${environment}`,
        fn: async () => {
          await client.authorizePipeline({ pipelineId: id, resources: found });
          // A checkpoint without a value would be done again.
          return true;
        },
      });
      ctx.logger.info(`It may use: ${uses}.`);
      ctx.output('pipelineId', id);
      ctx.output('created', created);
    },
  });
}

/** Waits for both, also when one fails: nothing goes on behind a task that has ended. */
async function both<A, B>(a: Promise<A>, b: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([a, b]);
  return Promise.all([a, b]);
}
