import { z } from 'zod';

/** The most services one environment runs. */
export const MAX_SERVICES = 5;

/** The most copies of one service. */
export const MAX_REPLICAS = 20;

/** What of the environment's Azure a service may use: read the key vault's secrets, write results to the blob storage. */
export const SERVICE_ACCESS = ['secrets', 'results'] as const;
export type ServiceAccess = (typeof SERVICE_ACCESS)[number];

/** The chart postgres keeps these for itself: a service's name is that of its database, and ends that of its Secret. */
const TAKEN_NAMES = [
  'postgres',
  'superuser',
  'template0',
  'template1',
  'pods',
  'scripts',
  'databases',
  'tls',
  'test',
];

const LABEL = '[a-z0-9]([a-z0-9-]*[a-z0-9])?';
const HOST = new RegExp(`^${LABEL}(\\.${LABEL})+$`);
// registry[:port]/repository[/more]:tag or @sha256:digest (or both); the registry is the part with a dot or a port.
const IMAGE =
  /^([a-z0-9-]+(\.[a-z0-9-]+)+|[a-z0-9-]+(?=:\d))(:\d{1,5})?(\/[a-z0-9]+([._-]+[a-z0-9]+)*)+(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}(@sha256:[0-9a-f]{64})?|@sha256:[0-9a-f]{64})$/;

/** One service of an environment: one Helm release of the chart `trpc-api`. */
export const serviceSpecSchema = z
  .strictObject(
    {
      name: z
        .string({
          error: field('name', 'give the service a name, for example api'),
        })
        .max(30, { error: field('name', 'use at most 30 characters') })
        .regex(/^[a-z]([a-z0-9-]*[a-z0-9])?$/, {
          error: field(
            'name',
            'use lower-case letters, digits and dashes, beginning with a letter, for example api',
          ),
        })
        .refine(name => !TAKEN_NAMES.includes(name), {
          error: field(
            'name',
            `the database release keeps ${TAKEN_NAMES.join(
              ', ',
            )} for itself; choose another`,
          ),
        }),
      image: z
        .string({ error: field('image', 'name the image to run') })
        .max(500, { error: field('image', 'use at most 500 characters') })
        .regex(IMAGE, {
          error: field(
            'image',
            'give registry, repository and tag or digest, for example ghcr.io/moorline/trpc-api:0.1.0',
          ),
        }),
      replicas: z
        .int({ error: field('replicas', 'give a whole number, for example 2') })
        .min(1, { error: field('replicas', 'use at least 1') })
        .max(MAX_REPLICAS, {
          error: field('replicas', `use at most ${MAX_REPLICAS}`),
        }),
      host: z
        .string({
          error: field('host', 'give the host name the service answers at'),
        })
        .max(253, { error: field('host', 'use at most 253 characters') })
        .regex(HOST, {
          error: field(
            'host',
            'give a full host name in lower case, for example api.orders-dev.moorline.localhost',
          ),
        }),
      /** With any, its pods sign in to Azure as an identity of their own; left out: they do not. */
      access: z
        .array(
          z.enum(SERVICE_ACCESS, {
            error: field('access', `choose of ${SERVICE_ACCESS.join(', ')}`),
          }),
          { error: field('access', 'give a list such as ["secrets"]') },
        )
        .optional(),
    },
    {
      error: issue =>
        issue.code === 'unrecognized_keys'
          ? `${place(issue.path)}: ${issue.keys?.join(
              ', ',
            )} is not a field of a service; remove it or correct its spelling`
          : `${place(
              issue.path,
            )}: give a service as an object with name, image, replicas and host`,
    },
  )
  .refine(({ name, access }) => !access?.length || name.length >= 3, {
    path: ['access'],
    error: field(
      'access',
      'Azure wants at least 3 characters in the name of its identity; give the service a longer name, or no access',
    ),
  });

/** A valid description of a service. */
export type ServiceSpec = z.infer<typeof serviceSpecSchema>;

/** A message that names the field by its place in the list: `services.1.host: ...`. */
function field(name: string, fix: string) {
  return (issue: { path?: PropertyKey[] }) => {
    const path = issue.path?.length ? place(issue.path) : `services.${name}`;
    return `${path}: ${fix}`;
  };
}

/** The place in the environment, wherever the environment stands in a larger input. */
function place(path: PropertyKey[] = []): string {
  const start = Math.max(path.indexOf('services'), 0);
  return path.slice(start).join('.') || 'services';
}
