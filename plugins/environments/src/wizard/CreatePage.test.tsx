import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import fs from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { environmentFields } from '../fields';
import { fakeApi, renderPage } from '../__testUtils__';
import { CreatePage } from './CreatePage';

const template = parse(
  fs.readFileSync(
    path.resolve(
      __dirname,
      '../../../../templates/create-environment/template.yaml',
    ),
    'utf8',
  ),
);

/** What the scaffolder answers for the template in this repository. */
const manifest = {
  title: template.metadata.title,
  description: template.metadata.description,
  steps: template.spec.parameters.map(
    (page: { title: string; description?: string }) => ({
      title: page.title,
      description: page.description,
      schema: page,
    }),
  ),
};

const group = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Group',
  metadata: { name: 'team-orders', namespace: 'default' },
  spec: { type: 'team', profile: { displayName: 'Team Orders' }, children: [] },
};

const api = fakeApi({
  check: async ({ name, addressRange }) => ({
    name: name
      ? {
          available: name !== 'taken-dev',
          reason:
            name === 'taken-dev'
              ? 'name: taken-dev is taken; choose another'
              : undefined,
        }
      : undefined,
    addressRange: addressRange
      ? {
          available: addressRange !== '10.1.0.0/20',
          reason:
            addressRange === '10.1.0.0/20'
              ? 'addressRange: 10.1.0.0/20 overlaps taken-dev'
              : undefined,
        }
      : undefined,
    suggestedRange: '10.1.16.0/20',
    taken: [{ name: 'taken-dev', addressRange: '10.1.0.0/20' }],
  }),
});

function show(scaffold: jest.Mock) {
  return renderPage(<CreatePage />, {
    api,
    at: '/environments/create',
    catalog: { getEntities: async () => ({ items: [group] }) },
    scaffolder: {
      getTemplateParameterSchema: async () => manifest,
      scaffold,
    },
  });
}

const button = (name: string) => screen.findByRole('button', { name });

describe('CreatePage', () => {
  beforeEach(() => sessionStorage.clear());

  it('has a field for each that the template asks for', () => {
    const asked = template.spec.parameters.flatMap(
      ({ properties }: { properties: Record<string, object> }) =>
        Object.values(properties).map(
          property => (property as Record<string, string>)['ui:field'],
        ),
    );
    expect([...asked].sort()).toEqual(
      environmentFields.map(({ name }) => name).sort(),
    );
  });

  it('leads from a name to a task by three pages and a review', async () => {
    const scaffold = jest.fn(async () => ({ taskId: 'task-1' }));
    show(scaffold);

    // What: a taken name is met at once and stops the page.
    const name = await screen.findByRole('textbox', { name: /Name/ });
    await userEvent.type(name, 'taken-dev');
    expect(
      await screen.findByText(/Taken-dev is taken; choose another/),
    ).toBeInTheDocument();
    await userEvent.click(await button('Next'));
    await waitFor(() =>
      expect(screen.getAllByText(/is taken; choose another/).length).toBe(2),
    );
    await userEvent.clear(name);
    await userEvent.type(name, 'Shop-dev');
    expect(await screen.findByText('Free')).toBeInTheDocument();
    expect(
      screen.getByText('api.shop-dev.moorline.localhost'),
    ).toBeInTheDocument();
    expect(screen.getByRole('radio', { name: 'Development' })).toBeChecked();
    await userEvent.click(screen.getByRole('radio', { name: 'Staging' }));
    expect(
      await screen.findByRole('button', { name: /Team Orders/ }),
    ).toBeInTheDocument();
    await userEvent.click(await button('Next'));

    // Where: an overlap is named at once.
    await userEvent.click(
      await screen.findByRole('radio', { name: 'Set it by hand' }),
    );
    const range = await screen.findByRole('textbox', { name: 'Address range' });
    expect(range).toHaveValue('10.1.16.0/20');
    await userEvent.clear(range);
    await userEvent.type(range, '10.1.0.0/20');
    expect(
      await screen.findByText('10.1.0.0/20 overlaps taken-dev'),
    ).toBeInTheDocument();
    expect(
      screen.getByRole('img', { name: /overlaps taken-dev/ }),
    ).toBeInTheDocument();
    await userEvent.click(
      screen.getByRole('radio', { name: 'Choose a free one' }),
    );
    await userEvent.click(screen.getByRole('radio', { name: 'Medium' }));
    await userEvent.click(await button('Next'));

    // What runs.
    const first = await screen.findByRole('group', { name: 'Service 1' });
    expect(within(first).getByRole('textbox', { name: 'Host' })).toHaveValue(
      'api.shop-dev.moorline.localhost',
    );
    await userEvent.click(await button('Add service'));
    const second = await screen.findByRole('group', { name: 'Service 2' });
    const image = within(second).getByRole('textbox', { name: 'Image' });
    await userEvent.clear(image);
    await userEvent.type(image, 'nothing');
    expect(
      await within(second).findByText(/give registry, repository and tag/),
    ).toBeInTheDocument();
    await userEvent.click(
      await within(second).findByRole('button', {
        name: 'Remove service api-2',
      }),
    );
    await userEvent.click(await button('Review'));

    // Review: everything by its name, before anything is made.
    const review = await screen.findByRole('region', { name: 'Review' });
    for (const text of [
      'environments/shop-dev/',
      'values/api.yaml',
      'rg-shop-dev',
      'aks-shop-dev, 2 to 5 nodes',
      'environment-shop-dev in Azure DevOps',
      'api.shop-dev.moorline.localhost',
    ]) {
      expect(within(review).getByText(text)).toBeInTheDocument();
    }
    const cost = within(review).getByRole('region', { name: 'Cost' });
    expect(cost).toHaveTextContent(
      /About \$[\d,]+ to \$[\d,]+ a month.*Nodes, Standard_D4ds_v5\$[\d,]+ to \$[\d,]+.*Estimate as of [A-Z][a-z]+ \d{4}/,
    );
    await userEvent.click(
      within(review).getByRole('button', { name: 'Create environment' }),
    );
    await waitFor(() =>
      expect(screen.getByLabelText('Address')).toHaveTextContent(
        '/environments/shop-dev?task=task-1',
      ),
    );
    expect(scaffold).toHaveBeenCalledTimes(1);
    expect(scaffold).toHaveBeenCalledWith(
      expect.objectContaining({
        templateRef: 'template:default/create-environment',
        values: {
          name: 'shop-dev',
          tier: 'staging',
          owner: 'group:default/team-orders',
          region: 'westeurope',
          size: 'medium',
          database: 'statefulset',
          services: [
            {
              name: 'api',
              image: 'ghcr.io/moorline/trpc-api:0.1.0',
              replicas: 2,
              host: 'api.shop-dev.moorline.localhost',
            },
          ],
        },
      }),
    );
    expect(sessionStorage.getItem('moorline.create-environment.draft')).toBe(
      null,
    );
  }, 60_000);

  it('keeps what was entered when creating fails, and says so', async () => {
    sessionStorage.setItem(
      'moorline.create-environment.draft',
      JSON.stringify({
        name: 'shop-dev',
        tier: 'dev',
        owner: 'group:default/team-orders',
        region: 'westeurope',
        size: 'small',
        database: 'statefulset',
        services: [
          {
            name: 'api',
            image: 'ghcr.io/moorline/trpc-api:0.1.0',
            replicas: 2,
            host: 'api.shop-dev.moorline.localhost',
          },
        ],
      }),
    );
    renderPage(<CreatePage />, {
      api,
      at: '/environments/create?page=4',
      catalog: { getEntities: async () => ({ items: [group] }) },
      scaffolder: {
        getTemplateParameterSchema: async () => manifest,
        scaffold: () => Promise.reject(new Error('connection cut')),
      },
    });
    const review = await screen.findByRole('region', { name: 'Review' });
    await userEvent.click(
      within(review).getByRole('button', { name: 'Create environment' }),
    );
    expect(await screen.findByRole('alert')).toHaveTextContent(
      /Could not create the environment.*connection cut/,
    );
    expect(screen.getByText('environments/shop-dev/')).toBeInTheDocument();
  });
});
