import { readFileSync } from 'fs';
import path from 'path';
import { Attribute, Block, Catalogue, NestedBlock } from './schema';

type FileBlock = Partial<Omit<NestedBlock, 'attributes' | 'blocks'>> & {
  attributes?: Record<string, Attribute>;
  blocks?: Record<string, FileBlock>;
  timeouts?: string[];
  version?: number;
};

interface CatalogueFile {
  version: string;
  provider: FileBlock;
  resources: Record<string, FileBlock>;
  dataSources: Record<string, FileBlock>;
}

/** The folder of this package's data files. */
export const DATA_FOLDER = path.join(
  path.dirname(require.resolve('@moorline/sandbox/package.json')),
  'data',
);

let loaded: Catalogue | undefined;

/** Reads `data/azurerm.json`, once. */
export function loadCatalogue(): Catalogue {
  loaded ??= read(path.join(DATA_FOLDER, 'azurerm.json'));
  return loaded;
}

function read(file: string): Catalogue {
  const content = JSON.parse(readFileSync(file, 'utf8')) as CatalogueFile;
  return {
    version: content.version,
    provider: toBlock(content.provider),
    resources: mapValues(content.resources, resource => ({
      ...toBlock(resource),
      version: resource.version ?? 0,
    })),
    dataSources: mapValues(content.dataSources, toBlock),
  };
}

function toBlock(block: FileBlock): Block {
  return {
    attributes: block.attributes ?? {},
    blocks: mapValues(block.blocks ?? {}, toNestedBlock),
  };
}

function toNestedBlock(block: FileBlock): NestedBlock {
  if (block.timeouts) {
    return {
      nesting: 'single',
      blocks: {},
      attributes: Object.fromEntries(
        block.timeouts.map(name => [name, { type: 'string', optional: true }]),
      ),
    };
  }
  return { nesting: 'list', ...block, ...toBlock(block) };
}

function mapValues<T, U>(
  record: Record<string, T>,
  map: (value: T) => U,
): Record<string, U> {
  return Object.fromEntries(
    Object.entries(record).map(([key, value]) => [key, map(value)]),
  );
}
