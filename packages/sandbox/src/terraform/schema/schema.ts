/** A type of Terraform's type system, as its JSON writes it. */
export type CtyType =
  | 'string'
  | 'number'
  | 'bool'
  | 'dynamic'
  | ['list' | 'set' | 'map', CtyType]
  | ['object', Record<string, CtyType>];

/** What azurerm checks and does by an argument's rules; `data/README.md` says what each means. */
export interface ArgumentRules {
  force_new?: boolean;
  default?: string | number | boolean;
  one_of?: (string | number)[];
  range?: [string, string];
  conflicts_with?: string[];
  exactly_one_of?: string[];
  at_least_one_of?: string[];
  required_with?: string[];
  suppresses_diff?: boolean;
  normalised?: boolean;
  computed_block?: boolean;
  not_empty?: boolean;
  validated?: boolean;
}

/** An attribute of a resource or block. */
export interface Attribute extends ArgumentRules {
  type: CtyType;
  required?: boolean;
  optional?: boolean;
  computed?: boolean;
  sensitive?: boolean;
  write_only?: boolean;
  /** The rules of a list's or set's elements. */
  elements?: ArgumentRules;
}

/** Attributes and nested blocks. */
export interface Block {
  attributes: Record<string, Attribute>;
  blocks: Record<string, NestedBlock>;
}

/** A kind of block within another. */
export interface NestedBlock extends Block, ArgumentRules {
  nesting: 'single' | 'list' | 'set';
  min_items?: number;
  max_items?: number;
}

/** A resource type: its block, and the version that states are written with. */
export interface ResourceSchema extends Block {
  version: number;
}

/** All that the provider serves. */
export interface Catalogue {
  /** azurerm's version. */
  version: string;
  provider: Block;
  resources: Record<string, ResourceSchema>;
  dataSources: Record<string, Block>;
}

/** Whether the type is a set. */
export function isSetType(type: CtyType): boolean {
  return Array.isArray(type) && type[0] === 'set';
}
