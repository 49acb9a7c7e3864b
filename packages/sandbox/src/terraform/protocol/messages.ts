/** The messages of plugin protocol 5 as protobuf's loader gives and takes them; see data/tfplugin5.proto. */

/** A value, encoded. */
export interface DynamicValue {
  msgpack?: Buffer;
  json?: Buffer;
}

/** One step to an attribute. */
export interface PathStep {
  attribute_name?: string;
  element_key_string?: string;
  element_key_int?: number;
}

/** Where in a resource an attribute is. */
export interface AttributePath {
  steps: PathStep[];
}

/** Something to tell the person who runs Terraform. Severity 1 is an error, 2 a warning. */
export interface Diagnostic {
  severity: 1 | 2;
  summary: string;
  detail?: string;
  attribute?: AttributePath;
}

export interface PrepareProviderConfigRequest {
  config: DynamicValue;
}
export interface PrepareProviderConfigResponse {
  prepared_config?: DynamicValue;
  diagnostics?: Diagnostic[];
}

export interface ConfigureRequest {
  terraform_version: string;
  config: DynamicValue;
}
export interface DiagnosticsResponse {
  diagnostics?: Diagnostic[];
}

export interface ValidateRequest {
  type_name: string;
  config: DynamicValue;
}

export interface UpgradeResourceStateRequest {
  type_name: string;
  version: number;
  raw_state: { json?: Buffer };
}
export interface UpgradeResourceStateResponse {
  upgraded_state?: DynamicValue;
  diagnostics?: Diagnostic[];
}

export interface ReadResourceRequest {
  type_name: string;
  current_state: DynamicValue;
  private?: Buffer;
}
export interface ReadResourceResponse {
  new_state?: DynamicValue;
  diagnostics?: Diagnostic[];
  private?: Buffer;
}

export interface PlanResourceChangeRequest {
  type_name: string;
  prior_state: DynamicValue;
  proposed_new_state: DynamicValue;
  config: DynamicValue;
  prior_private?: Buffer;
}
export interface PlanResourceChangeResponse {
  planned_state?: DynamicValue;
  requires_replace?: AttributePath[];
  planned_private?: Buffer;
  diagnostics?: Diagnostic[];
  legacy_type_system?: boolean;
}

export interface ApplyResourceChangeRequest {
  type_name: string;
  prior_state: DynamicValue;
  planned_state: DynamicValue;
  config: DynamicValue;
  planned_private?: Buffer;
}
export interface ApplyResourceChangeResponse {
  new_state?: DynamicValue;
  private?: Buffer;
  diagnostics?: Diagnostic[];
  legacy_type_system?: boolean;
}

export interface ImportResourceStateRequest {
  type_name: string;
  id: string;
}
export interface ImportResourceStateResponse {
  imported_resources?: { type_name: string; state: DynamicValue }[];
  diagnostics?: Diagnostic[];
}

export interface ReadDataSourceRequest {
  type_name: string;
  config: DynamicValue;
}
export interface ReadDataSourceResponse {
  state?: DynamicValue;
  diagnostics?: Diagnostic[];
}

/** A block's schema on the wire. */
export interface BlockMessage {
  attributes: {
    name: string;
    type: Buffer;
    required?: boolean;
    optional?: boolean;
    computed?: boolean;
    sensitive?: boolean;
    write_only?: boolean;
  }[];
  block_types: {
    type_name: string;
    nesting: number;
    min_items: number;
    max_items: number;
    block: BlockMessage;
  }[];
}

export interface SchemaMessage {
  version: number;
  block: BlockMessage;
}

export interface GetProviderSchemaResponse {
  provider: SchemaMessage;
  resource_schemas: Record<string, SchemaMessage>;
  data_source_schemas: Record<string, SchemaMessage>;
  server_capabilities: { get_provider_schema_optional?: boolean };
}
