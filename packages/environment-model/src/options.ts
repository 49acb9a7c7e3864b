import { z } from 'zod';
import { parseCidr } from './cidr';

/** The availability zones that a region has. */
const ZONES = ['1', '2', '3'] as const;

const flag = (name: string) =>
  z.boolean({ error: `options.${name}: give true or false` }).optional();

/**
 * What an environment may choose of Azure beyond what its tier and size decide. Each is a variable of the Terraform stack,
 * where its meaning is told at length; left out, the tier decides.
 */
export const environmentOptionsSchema = z.strictObject(
  {
    /** Where the region has fewer zones than the tier asks for. */
    zones: z
      .array(
        z.enum(ZONES, {
          error: 'options.zones: choose of "1", "2" and "3"',
        }),
        { error: 'options.zones: give a list such as ["1", "2"]' },
      )
      .refine(zones => new Set(zones).size === zones.length, {
        error: 'options.zones: name each zone once',
      })
      .optional(),
    /** A PostgreSQL that Azure keeps, beside the one in the cluster. */
    managedDatabase: flag('managedDatabase'),
    /** Application Gateway for Containers and its firewall before the cluster. */
    edge: flag('edge'),
    /** API Management before the cluster; its APIs and products are written in the folder. */
    apiManagement: flag('apiManagement'),
    /** In the currency of the subscription's bill; the team is told before it is spent. */
    monthlyBudget: z
      .number({ error: 'options.monthlyBudget: give a number' })
      .positive({ error: 'options.monthlyBudget: give more than 0' })
      .optional(),
    /** Ranges that may reach the environment on 80 and 443. */
    webSourceRanges: z
      .array(
        z
          .string({ error: 'options.webSourceRanges: give texts' })
          .refine(text => parseCidr(text) !== undefined, {
            error:
              'options.webSourceRanges: give IPv4 ranges that start on their own boundary, such as 203.0.113.0/24',
          }),
        {
          error:
            'options.webSourceRanges: give a list such as ["203.0.113.0/24"]',
        },
      )
      .optional(),
    /** Nothing in the environment can be deleted until this is false again. */
    deleteLock: flag('deleteLock'),
    /** What a subscription without credit can hold; for tier dev only. */
    freeSubscription: flag('freeSubscription'),
  },
  {
    error: issue =>
      issue.code === 'unrecognized_keys'
        ? `options: ${issue.keys?.join(
            ', ',
          )}: not an option; remove it or correct its spelling`
        : 'options: give an object with zones, managedDatabase, edge, apiManagement, monthlyBudget, webSourceRanges, deleteLock or freeSubscription',
  },
);

/** Valid options. */
export type EnvironmentOptions = z.infer<typeof environmentOptionsSchema>;

/** What of these options does not go with the tier: the option, and what to do. */
export function optionConflicts(
  tier: string,
  { zones, freeSubscription }: EnvironmentOptions,
): { option: keyof EnvironmentOptions; message: string }[] {
  return [
    ...(tier === 'prod' && zones !== undefined && zones.length < 2
      ? [
          {
            option: 'zones' as const,
            message:
              'options.zones: too few for prod, which has to survive the loss of one; leave zones out, or choose tier staging',
          },
        ]
      : []),
    ...(tier !== 'dev' && freeSubscription
      ? [
          {
            option: 'freeSubscription' as const,
            message:
              'options.freeSubscription: has no zones, no backup and no uptime agreement; choose tier dev, or leave it out',
          },
        ]
      : []),
  ];
}
