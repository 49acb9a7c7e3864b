import type { Connection } from './connection';
import { AzureDevOpsError } from './errors';
import { findOrCreate } from './findOrCreate';
import { forgetRepositories, getRepository } from './repositories';
import type { List } from './wire';

/** The pipeline that shall be there. */
export interface PipelineOptions {
  name: string;
  /** Name of the repository that holds its YAML. */
  repository: string;
  /** Path of the YAML in the repository, e.g. `environments/orders/azure-pipelines.yml`. */
  yamlPath: string;
  /** Folder in the list of pipelines, e.g. `environments`; defaults to the root. */
  folder?: string;
}

/** A pipeline found or created. */
export interface PipelineResult {
  id: number;
  created: boolean;
}

interface WireDefinition {
  id: number;
  name: string;
  path: string;
  process?: { yamlFilename?: string };
  repository?: { id?: string; name?: string };
}

/** Finds the pipeline by name and folder, or creates it. One that runs another file is an error, not a match. */
export async function ensurePipeline(
  connection: Connection,
  options: PipelineOptions,
): Promise<PipelineResult> {
  const folder = folderPath(options.folder);
  const repository = await getRepository(connection, options.repository);
  const { value, created } = await findOrCreate(connection, {
    what: `create the pipeline ${options.name}`,
    // Azure DevOps refuses a second pipeline of the name in the folder.
    createFirst: true,
    find: async () => {
      const found = await findDefinition(connection, options.name, folder);
      if (found) {
        assertSameFile(found, options);
      }
      return found?.id;
    },
    create: async () => {
      try {
        const pipeline = await connection.sendForBody<{ id: number }>({
          method: 'POST',
          path: 'pipelines',
          body: {
            name: options.name,
            folder,
            configuration: {
              type: 'yaml',
              path: `/${trimSlashes(options.yamlPath)}`,
              repository: {
                id: repository.id,
                name: repository.name,
                type: 'azureReposGit',
              },
            },
          },
          idempotent: false,
          what: `create the pipeline ${options.name}`,
          needs: 'Build (Read & execute) with "Edit build pipeline"',
          thing: `repository "${options.repository}" to run a pipeline from`,
        });
        return pipeline.id;
      } catch (error) {
        if (error instanceof AzureDevOpsError && error.code === 'notFound') {
          forgetRepositories(connection);
        }
        throw error;
      }
    },
  });
  return { id: value, created };
}

async function findDefinition(
  connection: Connection,
  name: string,
  folder: string,
): Promise<WireDefinition | undefined> {
  const { value } = await connection.sendForBody<List<WireDefinition>>({
    method: 'GET',
    path: 'build/definitions',
    query: { name, path: folder, includeAllProperties: true },
    idempotent: true,
    what: `look for the pipeline ${name}`,
    needs: 'Build (Read & execute)',
    thing: `list of pipelines`,
  });
  // The name may hold wildcards and is compared without case.
  return value.find(
    definition =>
      definition.name.toLowerCase() === name.toLowerCase() &&
      definition.path.toLowerCase() === folder.toLowerCase(),
  );
}

function assertSameFile(found: WireDefinition, options: PipelineOptions) {
  const file = found.process?.yamlFilename;
  if (file && trimSlashes(file) !== trimSlashes(options.yamlPath)) {
    throw new AzureDevOpsError(
      `The pipeline "${options.name}" exists but runs ${file}, not ${options.yamlPath}: rename or delete it in Azure DevOps, then try again.`,
      { code: 'conflict' },
    );
  }
}

/** Azure DevOps writes pipeline folders with backslashes and a leading one. */
function folderPath(folder: string | undefined): string {
  return `\\${trimSlashes(folder ?? '').replace(/\//g, '\\')}`;
}

function trimSlashes(path: string): string {
  return path.replace(/^[\\/]+|[\\/]+$/g, '');
}
