import { apply, isGivenSecret } from '../apply/apply';
import { remove } from '../apply/remove';
import { findReplacements } from '../plan/replacements';
import { planValues } from '../plan/plan-values';
import { rewriteNested } from '../plan/rewrite-nested';
import {
  ApplyResourceChangeRequest,
  ApplyResourceChangeResponse,
  ConfigureRequest,
  DiagnosticsResponse,
  ImportResourceStateRequest,
  ImportResourceStateResponse,
  PlanResourceChangeRequest,
  PlanResourceChangeResponse,
  PrepareProviderConfigRequest,
  PrepareProviderConfigResponse,
  ReadDataSourceRequest,
  ReadDataSourceResponse,
  ReadResourceRequest,
  ReadResourceResponse,
  UpgradeResourceStateRequest,
  UpgradeResourceStateResponse,
  ValidateRequest,
} from '../protocol/messages';
import { TYPE_RULES } from '../rules';
import { TypeRules } from '../rules/type-rules';
import { World } from '../rules/world';
import { conformBlock } from '../schema/conform';
import { Catalogue, ResourceSchema } from '../schema/schema';
import { validate } from '../validate/validate';
import { same } from '../values/equal';
import { decodeValue, encodeValue } from '../values/dynamic-value';
import { isObject, ValueObject } from '../values/value';
import { Connections, ProviderSettings } from './connections';
import { readDataSource } from './data-sources';
import { toAttributePath, toDiagnostics } from './diagnostics';

const decodeObject = (
  value: Parameters<typeof decodeValue>[0],
): ValueObject => {
  const decoded = decodeValue(value);
  return isObject(decoded) ? decoded : {};
};

/**
 * The calls of plugin protocol 5. Each answers as azurerm would, from its schema and rules and from what exists in the
 * sandbox's resource store.
 *
 * `peer` is the connection that a call came by.
 */
export class Provider {
  readonly #catalogue: Catalogue;
  readonly #connections: Connections;

  constructor(catalogue: Catalogue, settings: ProviderSettings) {
    this.#catalogue = catalogue;
    this.#connections = new Connections(settings);
  }

  prepareProviderConfig(
    request: PrepareProviderConfigRequest,
  ): PrepareProviderConfigResponse {
    return { prepared_config: request.config };
  }

  configure(request: ConfigureRequest, peer: string): DiagnosticsResponse {
    return {
      diagnostics: toDiagnostics(
        this.#connections.configure(peer, decodeObject(request.config)),
      ),
    };
  }

  validateResource(request: ValidateRequest): DiagnosticsResponse {
    const { schema, rules } = this.#type(request.type_name);
    return {
      diagnostics: toDiagnostics(
        validate(schema, rules, decodeObject(request.config)),
      ),
    };
  }

  validateDataSource(): DiagnosticsResponse {
    return {};
  }

  upgradeResourceState(
    request: UpgradeResourceStateRequest,
  ): UpgradeResourceStateResponse {
    const { schema } = this.#type(request.type_name);
    if (!request.raw_state.json?.length) {
      return {
        diagnostics: toDiagnostics([
          { summary: 'A state of Terraform 0.11 or older cannot be read' },
        ]),
      };
    }
    const raw = JSON.parse(
      request.raw_state.json.toString('utf8'),
    ) as ValueObject;
    return { upgraded_state: encodeValue(conformBlock(schema, raw)) };
  }

  readResource(
    request: ReadResourceRequest,
    peer: string,
  ): ReadResourceResponse {
    const { schema, rules } = this.#type(request.type_name);
    const { world } = this.#connections.get(peer);
    const current = decodeObject(request.current_state);
    const values = read(
      request.type_name,
      schema,
      rules,
      String(current.id),
      current,
      world,
    );
    return {
      new_state: encodeValue(values ?? null),
      private: request.private,
    };
  }

  planResourceChange(
    request: PlanResourceChangeRequest,
  ): PlanResourceChangeResponse {
    const { schema, rules } = this.#type(request.type_name);
    const proposed = decodeValue(request.proposed_new_state);
    const before = decodeValue(request.prior_state);
    const prior = isObject(before) ? before : undefined;
    const done = {
      planned_private: request.prior_private,
      // As all providers built on the older of Terraform's libraries: defaults and computed blocks need it.
      legacy_type_system: true,
    };
    if (!isObject(proposed)) {
      return { planned_state: encodeValue(null), ...done };
    }
    const config = decodeObject(request.config);
    const planned = planValues(schema, prior, config);
    const replacements = prior ? findReplacements(schema, prior, planned) : [];
    const problems =
      rules.plan?.({
        prior,
        planned,
        config,
        replace: path => replacements.push(path),
      }) ?? [];
    const shown =
      prior && !same(prior, planned)
        ? rewriteNested(schema, prior, planned)
        : planned;
    return {
      planned_state: encodeValue(shown),
      requires_replace: replacements.map(toAttributePath),
      diagnostics: toDiagnostics(problems),
      ...done,
    };
  }

  applyResourceChange(
    request: ApplyResourceChangeRequest,
    peer: string,
  ): ApplyResourceChangeResponse {
    const type = request.type_name;
    const { schema, rules } = this.#type(type);
    const { world, features } = this.#connections.get(peer);
    const before = decodeValue(request.prior_state);
    const prior = isObject(before) ? before : undefined;
    const planned = decodeValue(request.planned_state);
    const done = { private: request.planned_private, legacy_type_system: true };
    if (!isObject(planned)) {
      const problems = remove(type, rules, String(prior?.id), world, features);
      return {
        new_state:
          problems.length > 0 ? request.prior_state : encodeValue(null),
        diagnostics: toDiagnostics(problems),
        ...done,
      };
    }
    const applied = apply(type, schema, rules, prior, planned, world);
    return 'values' in applied
      ? { new_state: encodeValue(applied.values), ...done }
      : {
          new_state: request.prior_state,
          diagnostics: toDiagnostics(applied.problems),
          ...done,
        };
  }

  importResourceState(
    request: ImportResourceStateRequest,
    peer: string,
  ): ImportResourceStateResponse {
    const { schema, rules } = this.#type(request.type_name);
    const { world } = this.#connections.get(peer);
    const values =
      read(request.type_name, schema, rules, request.id, {}, world) ??
      // Terraform reads it next, and tells that it does not exist.
      conformBlock(schema, { id: request.id });
    return {
      imported_resources: [
        { type_name: request.type_name, state: encodeValue(values) },
      ],
    };
  }

  readDataSource(
    request: ReadDataSourceRequest,
    peer: string,
  ): ReadDataSourceResponse {
    const type = request.type_name;
    const { world } = this.#connections.get(peer);
    const found = readDataSource(
      type,
      this.#catalogue.dataSources[type],
      decodeObject(request.config),
      world,
    );
    return 'values' in found
      ? { state: encodeValue(found.values) }
      : { diagnostics: toDiagnostics(found.problems) };
  }

  #type(name: string): { schema: ResourceSchema; rules: TypeRules } {
    const schema = this.#catalogue.resources[name];
    const rules = TYPE_RULES[name];
    if (!schema || !rules) {
      throw new Error(`The sandbox does not serve ${name}`);
    }
    return { schema, rules };
  }
}

/** The resource as it is now, in the shape of its schema; undefined where it is gone. */
function read(
  type: string,
  schema: ResourceSchema,
  rules: TypeRules,
  id: string,
  current: ValueObject,
  world: World,
): ValueObject | undefined {
  const resource = world.resources.get(id, type);
  if (!resource) {
    return undefined;
  }
  const kept = resource.values as ValueObject;
  const values = conformBlock(schema, rules.observe?.(kept, world) ?? kept);
  for (const name of Object.keys(schema.attributes)) {
    if (isGivenSecret(schema, name)) {
      // Azure does not show it again: the state keeps what it was given.
      values[name] = current[name] ?? null;
    }
  }
  values.timeouts = current.timeouts ?? null;
  return values;
}
