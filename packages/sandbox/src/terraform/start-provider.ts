import {
  loadPackageDefinition,
  sendUnaryData,
  Server,
  ServerCredentials,
  ServerUnaryCall,
  ServiceClientConstructor,
  ServiceDefinition,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import path from 'path';
import { toDiagnostics } from './provider/diagnostics';
import { ProviderSettings } from './provider/connections';
import { Provider } from './provider/provider';
import { DATA_FOLDER, loadCatalogue } from './schema/catalogue';
import { toSchemaResponse } from './schema/schema-message';

/** Options of {@link startProvider}. */
export type StartProviderOptions = ProviderSettings;

/** A running provider. */
export interface RunningProvider {
  /** What TF_REATTACH_PROVIDERS must be, for Terraform to use this provider as azurerm. */
  reattach: string;
  /** Stops it, and cuts what is still connected. */
  stop(): Promise<void>;
}

const ADDRESS = 'registry.terraform.io/hashicorp/azurerm';

/** Provider states and plans can be large; they come from the machine itself. */
const NO_LIMIT = {
  'grpc.max_send_message_length': -1,
  'grpc.max_receive_message_length': -1,
};

/**
 * Starts azurerm for the sandbox: Terraform's own binary connects to it on a loopback port, and plans and applies against
 * the resource store.
 */
export async function startProvider(
  options: StartProviderOptions,
): Promise<RunningProvider> {
  const catalogue = loadCatalogue();
  const provider = new Provider(catalogue, options);
  const { plugin, health } = services();
  const server = new Server(NO_LIMIT);

  // Every run of Terraform asks for the schema, several times: it is encoded once.
  const { GetSchema } = plugin;
  const schema = GetSchema.responseSerialize(toSchemaResponse(catalogue));
  server.addService(
    {
      ...plugin,
      GetSchema: { ...GetSchema, responseSerialize: (bytes: Buffer) => bytes },
    },
    {
      GetSchema: answer(() => schema),
      PrepareProviderConfig: answer(provider.prepareProviderConfig, provider),
      Configure: answer(provider.configure, provider),
      ValidateResourceTypeConfig: answer(provider.validateResource, provider),
      ValidateDataSourceConfig: answer(provider.validateDataSource, provider),
      UpgradeResourceState: answer(provider.upgradeResourceState, provider),
      ReadResource: answer(provider.readResource, provider),
      PlanResourceChange: answer(provider.planResourceChange, provider),
      ApplyResourceChange: answer(provider.applyResourceChange, provider),
      ImportResourceState: answer(provider.importResourceState, provider),
      ReadDataSource: answer(provider.readDataSource, provider),
      Stop: answer(() => ({})),
    },
  );
  server.addService(health, { Check: answer(() => ({ status: 'SERVING' })) });

  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync(
      '127.0.0.1:0',
      ServerCredentials.createInsecure(),
      (error, bound) => (error ? reject(error) : resolve(bound)),
    ),
  );
  return {
    reattach: JSON.stringify({
      [ADDRESS]: {
        Protocol: 'grpc',
        ProtocolVersion: 5,
        Pid: process.pid,
        Test: true,
        Addr: { Network: 'tcp', String: `127.0.0.1:${port}` },
      },
    }),
    async stop() {
      server.forceShutdown();
    },
  };
}

/** Makes a call's handler; what goes wrong in it becomes an error that Terraform shows, never a broken connection. */
function answer<Request, Response>(
  handle: (request: Request, peer: string) => Response,
  self?: object,
) {
  return (
    call: ServerUnaryCall<Request, Response>,
    respond: sendUnaryData<unknown>,
  ) => {
    try {
      respond(null, handle.call(self, call.request, call.getPeer()));
    } catch (error) {
      respond(null, {
        diagnostics: toDiagnostics([
          {
            summary: "The sandbox's provider failed",
            detail: error instanceof Error ? error.message : String(error),
          },
        ]),
      });
    }
  };
}

function services(): { plugin: ServiceDefinition; health: ServiceDefinition } {
  const load = (file: string) =>
    loadPackageDefinition(
      loadSync(path.join(DATA_FOLDER, file), {
        keepCase: true,
        longs: Number,
        enums: Number,
        oneofs: false,
      }),
    );
  const find = (file: string, names: string[]): ServiceDefinition => {
    let found: unknown = load(file);
    for (const name of names) {
      found = (found as Record<string, unknown>)[name];
    }
    return (found as ServiceClientConstructor).service;
  };
  return {
    plugin: find('tfplugin5.proto', ['tfplugin5', 'Provider']),
    health: find('grpc-health.proto', ['grpc', 'health', 'v1', 'Health']),
  };
}
