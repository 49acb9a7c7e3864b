import { createApp } from '@backstage/frontend-defaults';
import { mockApis } from '@backstage/frontend-test-utils';
import { render, screen } from '@testing-library/react';
import { signInModule } from './signInModule';

/** Opens an app under a configuration as the frontend has it: of a provider, that it is there. */
function open(providers: Record<string, object>) {
  const config = mockApis.config({
    data: {
      app: { title: 'Moorline' },
      backend: { baseUrl: 'http://localhost:7007' },
      auth: { providers },
    },
  });
  const app = createApp({
    features: [signInModule],
    advanced: { configLoader: async () => ({ config }) },
  });
  render(app.createRoot());
}

const seen = (text: string) => screen.findByText(text, {}, { timeout: 20_000 });
const buttons = () =>
  screen.queryAllByRole('button').map(button => button.textContent);

describe('the sign-in page', () => {
  it.each([
    [['guest'], ['Guest'], ['Enter']],
    [['microsoft'], ['Microsoft'], ['Sign In']],
    [
      ['guest', 'microsoft'],
      ['Guest', 'Microsoft'],
      ['Enter', 'Sign In'],
    ],
  ])('offers what is configured: %j', async (ids, titles, names) => {
    open(Object.fromEntries(ids.map(id => [id, {}])));
    for (const title of titles) expect(await seen(title)).toBeInTheDocument();
    expect(buttons()).toEqual(names);
  });

  it('says what to set where nothing is configured', async () => {
    open({});
    await seen(
      'Nobody can sign in yet: set auth.providers to one of guest, microsoft.',
    );
    expect(buttons()).toEqual([]);
  });
});
