import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import type { AzureDevOpsSettings } from '@moorline/azure-devops';
import {
  derivedFrom,
  parseEnvironmentSpec,
  stateAccountName,
  terraformVariables,
} from '@moorline/environment-model';
import type {
  EnvironmentSpec,
  PlacedEnvironmentSpec,
  Team,
} from '@moorline/environment-model';
import { calling } from '../environmentsApi';
import type { EnvironmentsApi } from '../environmentsApi';
import type { Teams } from '../teams';
import { examples } from './reserve.examples';

/**
 * `moorline:environment:reserve`: takes the name and an address range before anything is made.
 *
 * It also hands the template what the portal is configured with, so that a skeleton repeats no URL and no id.
 */
export function createReserveAction(options: {
  environments: EnvironmentsApi;
  teams: Teams;
  settings: AzureDevOpsSettings;
  config: Config;
}) {
  const { environments, teams, settings, config } = options;
  return createTemplateAction({
    id: 'moorline:environment:reserve',
    description:
      'Reserves the name and the address range of an environment in the record of environments. Asking again with the same task reserves nothing more.',
    examples,
    supportsDryRun: true,
    schema: {
      input: {
        spec: z =>
          z
            .record(z.any())
            .describe(
              'What the environment is: name, tier, owner, region, size, database, services and, if it matters, addressRange',
            ),
      },
      output: {
        environment: z =>
          z.record(z.any()).describe('The record of the environment'),
        spec: z =>
          z
            .record(z.any())
            .describe(
              'The specification with everything filled in, the address range too',
            ),
        platform: z =>
          z
            .record(z.any())
            .describe(
              'Where Terraform modules, charts and pipeline templates come from: organizationUrl, project, repository, version, gitUrl, serviceConnections',
            ),
        azure: z =>
          z
            .record(z.any())
            .describe(
              'subscriptionId, stateAccount (of Terraform) and tenantId (if known)',
            ),
        derived: z =>
          z
            .record(z.any())
            .describe(
              'What follows from the specification: folder, pipeline, resourceGroup, cluster, registry, namespace, vmSize, minNodes, maxNodes',
            ),
        terraform: z =>
          z
            .record(z.any())
            .describe(
              'Variables of the Terraform stack infra/stacks/environment, by name',
            ),
      },
    },
    async handler(ctx) {
      const spec = readSpec(ctx.input.spec);
      const credentials = await ctx.getInitiatorCredentials();
      // Before anything is reserved: without a team nothing could be made.
      const team = await teams(spec.owner, credentials);
      const client = await environments(credentials);
      ctx.output('platform', platformOf(settings));
      ctx.output('azure', azureOf(config));
      ctx.output('derived', derivedFrom(spec));

      if (ctx.isDryRun) {
        const { name, addressRange, suggestedRange, taken } = await calling(
          () =>
            client.environments.check.query(
              { name: spec.name, addressRange: spec.addressRange },
              { signal: ctx.signal },
            ),
        );
        for (const answer of [name, addressRange]) {
          if (answer && !answer.available) {
            throw new InputError(answer.reason ?? 'It is taken.');
          }
        }
        const range = spec.addressRange ?? suggestedRange;
        if (!range) {
          throw new InputError(
            'addressRange: every range is in use; retire an environment that is no longer needed',
          );
        }
        const placed = { ...spec, addressRange: range };
        ctx.logger.info(
          `Would reserve the name ${spec.name} and the address range ${range}.`,
        );
        ctx.output('environment', { name: spec.name, spec: placed });
        ctx.output('spec', placed);
        ctx.output('terraform', variablesOf(placed, team, taken));
        return;
      }

      const { record, taken } = await ctx.checkpoint({
        key: `reserve.${spec.name}`,
        fn: async () =>
          // The checkpoint keeps JSON, and JSON is what the API gave.
          JSON.parse(
            JSON.stringify({
              record: await calling(() =>
                client.environments.create.mutate(
                  { key: ctx.task.id, spec },
                  { signal: ctx.signal },
                ),
              ),
              // A task that is tried again writes the same files, whoever took a range in between.
              taken: (
                await calling(() =>
                  client.environments.check.query({}, { signal: ctx.signal }),
                )
              ).taken,
            }),
          ),
      });
      ctx.logger.info(
        `Reserved the name ${record.name} and the address range ${record.spec.addressRange}.`,
      );
      ctx.output('environment', record);
      ctx.output('spec', record.spec);
      ctx.output('terraform', variablesOf(record.spec, team, taken));
    },
  });
}

function variablesOf(
  spec: PlacedEnvironmentSpec,
  team: Team,
  taken: { name: string; addressRange: string }[],
) {
  return terraformVariables(spec, {
    team,
    takenAddressRanges: taken.flatMap(({ name, addressRange }) =>
      name === spec.name ? [] : [addressRange],
    ),
  });
}

function readSpec(input: Record<string, unknown>): EnvironmentSpec {
  // A form's empty field arrives as an empty text.
  const { addressRange, ...rest } = input;
  try {
    return parseEnvironmentSpec(
      addressRange ? { ...rest, addressRange } : rest,
    );
  } catch (error) {
    throw new InputError(error instanceof Error ? error.message : `${error}`);
  }
}

function platformOf(settings: AzureDevOpsSettings) {
  const root = settings.organizationUrl.replace(/\/+$/, '');
  const project = encodeURIComponent(settings.project);
  return {
    organizationUrl: root,
    project: settings.project,
    repository: settings.platformRepository,
    version: settings.platformVersion,
    gitUrl: `${root}/${project}/_git/${encodeURIComponent(
      settings.platformRepository,
    )}`,
    serviceConnections: settings.serviceConnections,
  };
}

function azureOf(config: Config) {
  const tenantId = config.getOptionalString('moorline.azure.tenantId');
  const subscriptionId = config.getString('moorline.azure.subscriptionId');
  return {
    subscriptionId,
    stateAccount: stateAccountName(subscriptionId),
    ...(tenantId ? { tenantId } : {}),
  };
}
