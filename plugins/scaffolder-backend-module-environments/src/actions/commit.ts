import { resolveSafeChildPath } from '@backstage/backend-plugin-api';
import { InputError } from '@backstage/errors';
import {
  createTemplateAction,
  serializeDirectoryContents,
} from '@backstage/plugin-scaffolder-node';
import type { AzureDevOps, AzureDevOpsSettings } from '@moorline/azure-devops';
import { environmentFolder } from '@moorline/environment-model';
import { posix } from 'node:path';
import { examples } from './commit.examples';
import { forTask } from './follow';

/** `moorline:environment:commit`: brings the generated files into the environments repository by one commit. */
export function createCommitAction(options: {
  azureDevOps: AzureDevOps;
  settings: AzureDevOpsSettings;
}) {
  const { azureDevOps, settings } = options;
  return createTemplateAction({
    id: 'moorline:environment:commit',
    description:
      'Commits the files of the workspace to the folder of an environment in the environments repository. Files that are there already are not committed again.',
    examples,
    supportsDryRun: true,
    schema: {
      input: {
        environment: z => z.string().describe('Name of the environment'),
        sourcePath: z =>
          z
            .string()
            .optional()
            .describe(
              'Folder of the workspace to commit; the whole workspace when left out',
            ),
        targetPath: z =>
          z
            .string()
            .optional()
            .describe(
              'Folder of the repository to commit to; environments/<name> when left out',
            ),
        message: z =>
          z
            .string()
            .optional()
            .describe(
              'Commit message; "Create environment <name>" when left out',
            ),
      },
      output: {
        commitId: z => z.string().describe('The commit that holds the files'),
        url: z => z.string().describe('The folder in Azure DevOps'),
      },
    },
    async handler(ctx) {
      const { environment, sourcePath, message } = ctx.input;
      const target = ctx.input.targetPath ?? environmentFolder(environment);
      const source = resolveSafeChildPath(ctx.workspacePath, sourcePath ?? '.');
      const entries = await serializeDirectoryContents(source);
      if (entries.length === 0) {
        throw new InputError(
          `sourcePath: there are no files in "${
            sourcePath ?? '.'
          }" of the workspace; fetch a template before this step, or correct the path.`,
        );
      }
      const files = entries.map(({ path, content }) => ({
        path: posix.join(target, path),
        content,
      }));
      const { repository, branch } = settings;
      ctx.output('url', folderUrl(settings, target));

      if (ctx.isDryRun) {
        ctx.logger.info(
          `Would commit ${files.length} files to ${branch} of the repository ${repository}:`,
        );
        files.forEach(file => ctx.logger.info(`  ${file.path}`));
        ctx.output('commitId', '');
        return;
      }

      const { commitId, created } = await ctx.checkpoint({
        key: `commit.${environment}`,
        fn: async () => ({
          ...(await forTask(azureDevOps, ctx).commitFiles({
            repository,
            branch,
            files,
            message: messageOf(
              message ?? `Create environment ${environment}`,
              ctx.user?.ref,
            ),
            key: ctx.task.id,
          })),
        }),
      });
      ctx.logger.info(
        created
          ? `Committed ${
              files.length
            } files to ${branch} of the repository ${repository} as ${commitId.slice(
              0,
              8,
            )}.`
          : `The files are in ${branch} of the repository ${repository} already (${commitId.slice(
              0,
              8,
            )}).`,
      );
      ctx.output('commitId', commitId);
    },
  });
}

function messageOf(message: string, requester: string | undefined): string {
  return requester
    ? `${message}\n\nRequested by ${requester} in Moorline.`
    : message;
}

function folderUrl(settings: AzureDevOpsSettings, folder: string): string {
  const root = settings.organizationUrl.replace(/\/+$/, '');
  const project = encodeURIComponent(settings.project);
  const repository = encodeURIComponent(settings.repository);
  return `${root}/${project}/_git/${repository}?path=${encodeURIComponent(
    `/${folder}`,
  )}&version=GB${encodeURIComponent(settings.branch)}`;
}
