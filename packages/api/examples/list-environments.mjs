// Lists environments through the API, as any program in TypeScript or JavaScript can:
//
//   MOORLINE_URL=http://localhost:7007 MOORLINE_TOKEN=... node packages/api/examples/list-environments.mjs [tier]
//
// MOORLINE_TOKEN is a Backstage token: of a person, or of a service (backend.auth.externalAccess). Without one, the
// example signs in as guest, which only a portal on one's own machine allows.
// In TypeScript, `createTRPCClient<AppRouter>` with `import type { AppRouter } from '@moorline/api'` types every call.
import { createTRPCClient, httpBatchLink } from '@trpc/client';

const portal = process.env.MOORLINE_URL ?? 'http://localhost:7007';

async function signInAsGuest() {
  const answer = await fetch(`${portal}/api/auth/guest/refresh`);
  if (!answer.ok) {
    throw new Error(
      `${portal} does not let guests in (${answer.status}): set MOORLINE_TOKEN`,
    );
  }
  const { backstageIdentity } = await answer.json();
  return backstageIdentity.token;
}

try {
  const token = process.env.MOORLINE_TOKEN ?? (await signInAsGuest());
  const client = createTRPCClient({
    links: [
      httpBatchLink({
        url: `${portal}/api/environments/trpc`,
        headers: { authorization: `Bearer ${token}` },
      }),
    ],
  });
  const [, , tier] = process.argv;
  const environments = await client.environments.list.query({ tier });
  const rows = environments.map(({ name, state, spec, lastRun }) => ({
    name,
    tier: spec.tier,
    state,
    range: spec.addressRange,
    'last run': lastRun ? `#${lastRun.number} ${lastRun.state}` : '-',
  }));
  if (rows.length > 0) console.table(rows);
  else console.log('No environments yet.');
} catch (error) {
  console.error(error.cause?.message ?? error.message);
  process.exitCode = 1;
}
