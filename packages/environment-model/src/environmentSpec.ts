import { z } from 'zod';
import { addressRangeSchema } from './addressRange';
import { environmentOptionsSchema, optionConflicts } from './options';
import {
  DATABASE_KINDS,
  DatabaseKind,
  REGIONS,
  Region,
  SIZES,
  Size,
  TIERS,
} from './presets';
import { MAX_SERVICES, serviceSpecSchema } from './serviceSpec';

/** The namespaces that Kubernetes and AKS keep for themselves; an environment's namespace is its name. */
const RESERVED_NAMES = ['default', 'gatekeeper-system', 'app-routing-system'];

/** The name of an environment: a DNS label that Azure, Azure DevOps and Kubernetes all accept. */
export const environmentNameSchema = z
  .string({
    error: 'name: give the environment a name, for example orders-dev',
  })
  .min(3, {
    abort: true,
    error: 'name: too short; use 3 to 20 characters, for example orders-dev',
  })
  .max(20, {
    abort: true,
    error: 'name: too long; use 3 to 20 characters, for example orders-dev',
  })
  .regex(/^[a-z][a-z0-9-]*[a-z0-9]$/, {
    abort: true,
    error:
      'name: use lower-case letters, digits and dashes, begin with a letter and end with a letter or digit, for example orders-dev',
  })
  .refine(name => !RESERVED_NAMES.includes(name) && !name.startsWith('kube-'), {
    error:
      'name: Kubernetes keeps this name for itself; choose another, for example orders-dev',
  });

/** A group or user of the catalog, in full: `group:default/team-orders`. Kept in lower case, as the catalog compares. */
export const ownerSchema = z
  .string({
    error:
      'owner: name the owning group or user, for example group:default/team-orders',
  })
  .toLowerCase()
  .max(200, { error: 'owner: too long; use at most 200 characters' })
  .regex(/^(group|user):[a-z0-9_.-]+\/[a-z0-9_.-]+$/, {
    error:
      'owner: give the full reference of a group or user in the catalog, for example group:default/team-orders',
  });

/**
 * What a person asks for when they ask for an environment. The only definition of it: the wizard, the API's input, the
 * database's rows, the Terraform variables and the Helm values derive from this schema.
 */
export const environmentSpecSchema = z
  .strictObject(
    {
      name: environmentNameSchema,
      tier: z.enum(TIERS, { error: oneOf('tier', TIERS) }),
      owner: ownerSchema,
      region: z.enum(keysOf<Region>(REGIONS), {
        error: oneOf('region', keysOf<Region>(REGIONS)),
      }),
      size: z.enum(keysOf<Size>(SIZES), {
        error: oneOf('size', keysOf<Size>(SIZES)),
      }),
      /** Left out: the API chooses the first free one. */
      addressRange: addressRangeSchema.optional(),
      database: z.enum(keysOf<DatabaseKind>(DATABASE_KINDS), {
        error: oneOf('database', keysOf<DatabaseKind>(DATABASE_KINDS)),
      }),
      services: z
        .array(serviceSpecSchema, {
          error: 'services: give a list of services',
        })
        .min(1, { error: 'services: add at least one service' })
        .max(MAX_SERVICES, {
          error: `services: at most ${MAX_SERVICES} services; remove some or make a second environment`,
        }),
      options: environmentOptionsSchema.optional(),
    },
    {
      error: issue =>
        issue.code === 'unrecognized_keys'
          ? `${issue.keys?.join(
              ', ',
            )}: not a field of an environment; remove it or correct its spelling`
          : 'give the environment as an object with name, tier, owner, region, size, database and services',
    },
  )
  .superRefine(({ tier, database, services, options = {} }, context) => {
    services.forEach(({ name }, index) => {
      if (database === 'flexibleServer' && name.length < 3) {
        context.addIssue({
          code: 'custom',
          path: ['services', index, 'name'],
          message: `services.${index}.name: use at least 3 characters, as Azure wants in the name of the identity that it signs in to this database with`,
        });
      }
    });
    for (const { option, message } of optionConflicts(tier, options)) {
      context.addIssue({ code: 'custom', path: ['options', option], message });
    }
    for (const field of ['name', 'host'] as const) {
      services.forEach((service, index) => {
        const first = services.findIndex(
          other => other[field] === service[field],
        );
        if (first < index) {
          context.addIssue({
            code: 'custom',
            path: ['services', index, field],
            message: `services.${index}.${field}: "${
              service[field]
            }" is already used by service ${
              first + 1
            }; give each service its own ${field}`,
          });
        }
      });
    }
  });

/** A valid description of an environment. */
export type EnvironmentSpec = z.infer<typeof environmentSpecSchema>;

/** A specification whose address range is known: what the record holds. */
export type PlacedEnvironmentSpec = EnvironmentSpec & { addressRange: string };

function oneOf(field: string, values: readonly string[]) {
  return (issue: { input?: unknown }) =>
    issue.input === undefined
      ? `${field}: choose one of ${values.join(', ')}`
      : `${field}: ${JSON.stringify(
          issue.input,
        )} is not known; choose one of ${values.join(', ')}`;
}

function keysOf<K extends string>(table: Record<K, unknown>) {
  return Object.keys(table) as [K, ...K[]];
}
