import type { TemplateExample } from '@backstage/plugin-scaffolder-node';
import { stringify } from 'yaml';

/** Shown in the portal beside the action, and run by its test. */
export const examples: TemplateExample[] = [
  {
    description: 'Reserve an environment with the next free address range.',
    example: stringify({
      steps: [
        {
          id: 'reserve',
          name: 'Reserve the name and the address range',
          action: 'moorline:environment:reserve',
          input: {
            spec: {
              name: 'orders-dev',
              tier: 'dev',
              owner: 'group:default/team-orders',
              region: 'westeurope',
              size: 'small',
              database: 'statefulset',
              services: [
                {
                  name: 'orders',
                  image: 'ghcr.io/moorline/trpc-api:0.1.0',
                  replicas: 2,
                  host: 'orders.orders-dev.moorline.localhost',
                },
              ],
            },
          },
        },
      ],
    }),
  },
];
