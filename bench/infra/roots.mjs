// What is planned: copies of the prod environment, and of a module with as many resources of Terraform's own that do nothing.
import fs from 'node:fs';
import path from 'node:path';
import { ROOTS } from '../../infra/tests/lib/roots.mjs';
import { root } from '../../infra/tests/lib/tools.mjs';

const write = (cwd, content) => {
  fs.mkdirSync(cwd, { recursive: true });
  fs.writeFileSync(path.join(cwd, 'main.tf.json'), JSON.stringify(content));
};

const copiesOf = count =>
  Object.fromEntries(
    Array.from({ length: count }, (_, at) => [
      `e${at}`,
      `10.${20 + at}.0.0/20`,
    ]),
  );

/** Environments beside each other, with everything that the stack can make. */
export function writeEnvironments(cwd, copies) {
  const { stack, input } = ROOTS.prod;
  write(cwd, {
    terraform: {
      required_providers: {
        azurerm: {
          source: 'hashicorp/azurerm',
          version: '>= 5.2.0, < 6.0.0',
        },
      },
    },
    provider: { azurerm: { features: {}, storage_use_azuread: true } },
    module: {
      environment: {
        source: path.relative(cwd, path.join(root, 'infra/stacks', stack)),
        for_each: copiesOf(copies),
        ...input,
        name: 'orders-${each.key}',
        address_range: '${each.value}',
      },
    },
  });
}

/** As many resources that need no provider, in a module as often: what Terraform itself takes. */
export function writeNothing(cwd, copies, resources) {
  const names = Array.from({ length: resources }, (_, at) => `r${at}`);
  write(path.join(cwd, 'nothing'), {
    variable: { range: { type: 'string' } },
    resource: {
      terraform_data: Object.fromEntries(
        names.map((name, at) => [
          name,
          { input: at === 0 ? '${var.range}' : '${terraform_data.r0.id}' },
        ]),
      ),
    },
  });
  write(cwd, {
    module: {
      nothing: {
        source: './nothing',
        for_each: copiesOf(copies),
        range: '${each.value}',
      },
    },
  });
}
