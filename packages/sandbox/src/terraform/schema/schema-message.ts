import {
  BlockMessage,
  GetProviderSchemaResponse,
  SchemaMessage,
} from '../protocol/messages';
import { Block, Catalogue } from './schema';

const NESTING = { single: 1, list: 2, set: 3 };

function toBlockMessage(block: Block): BlockMessage {
  return {
    attributes: Object.entries(block.attributes).map(([name, attribute]) => ({
      name,
      type: Buffer.from(JSON.stringify(attribute.type)),
      required: attribute.required,
      optional: attribute.optional,
      computed: attribute.computed,
      sensitive: attribute.sensitive,
      write_only: attribute.write_only,
    })),
    block_types: Object.entries(block.blocks).map(([name, nested]) => ({
      type_name: name,
      nesting: NESTING[nested.nesting],
      min_items: nested.min_items ?? 0,
      max_items: nested.max_items ?? 0,
      block: toBlockMessage(nested),
    })),
  };
}

/** The answer to Terraform's question what this provider serves. */
export function toSchemaResponse(
  catalogue: Catalogue,
): GetProviderSchemaResponse {
  const messages = (blocks: Record<string, Block & { version?: number }>) =>
    Object.fromEntries(
      Object.entries(blocks).map(([type, block]): [string, SchemaMessage] => [
        type,
        { version: block.version ?? 0, block: toBlockMessage(block) },
      ]),
    );
  return {
    provider: { version: 0, block: toBlockMessage(catalogue.provider) },
    resource_schemas: messages(catalogue.resources),
    data_source_schemas: messages(catalogue.dataSources),
    server_capabilities: { get_provider_schema_optional: true },
  };
}
