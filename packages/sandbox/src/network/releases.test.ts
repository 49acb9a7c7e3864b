import { ReleaseSite } from './__testUtils__/release-site';

jest.setTimeout(600_000);

describe('releases', () => {
  let site: ReleaseSite;
  beforeAll(async () => {
    site = await ReleaseSite.start();
  });
  afterAll(() => site?.stop());

  const versions = async (times: number) => {
    const seen: Record<string, number> = {};
    for (let i = 0; i < times; i++) {
      const { version } = await site.client().about.query();
      seen[version] = (seen[version] ?? 0) + 1;
    }
    return seen;
  };
  const notes = async () =>
    (await site.client().notes.list.query()).map(({ text }) => text);

  it('answers at its host, keeps its data through upgrade and rollback, and stays when an upgrade fails', async () => {
    expect((await site.ask(`http://${site.host}/`)).status).toBe(404);
    await site.releaseDatabase({ backup: { enabled: true } });
    await site.releaseApi('0.1.0');

    expect(await versions(1)).toEqual({ '0.1.0': 1 });
    await site.client().notes.add.mutate({ text: 'kept' });

    const canary = { image: 'ghcr.io/moorline/trpc-api:0.2.0', weight: 50 };
    await site.releaseApi('0.1.0', {
      strategy: { type: 'canary', canary: { ...canary, replicas: 1 } },
    });
    const seen = await versions(60);
    expect(seen['0.1.0']).toBeGreaterThan(10);
    expect(seen['0.2.0']).toBeGreaterThan(10);

    await site.releaseApi('0.2.0');
    expect(await versions(5)).toEqual({ '0.2.0': 5 });

    const fails = (version: string, values: object = {}) =>
      expect(
        site.releaseApi(version, values, '--timeout', '8s'),
      ).rejects.toThrow();
    await fails('9.9.9');
    expect(await versions(5)).toEqual({ '0.2.0': 5 });
    await fails('0.1.0', { probes: { ready: '/nothing' } });
    expect(await versions(5)).toEqual({ '0.2.0': 5 });

    await site.helm('rollback', 'api', '1', '--wait');
    expect(await versions(5)).toEqual({ '0.1.0': 5 });
    expect(await notes()).toEqual(['kept']);
    await site.helm('test', 'api');
  });

  it('has its data back from a backup when its disk is lost', async () => {
    await site.kubectl(
      'create',
      'job',
      'now',
      '--from=cronjob/postgres-backup',
    );
    await site.kubectl('wait', 'job/now', '--for=condition=complete');
    const said = await site.kubectl('logs', 'job/now');
    const [backup] = /^base-\S+\.tar\.gz/m.exec(said) ?? [];
    await site.client().notes.add.mutate({ text: 'too late' });

    await site.kubectl('delete', 'statefulset/postgres', 'pvc/data-postgres-0');
    await site.releaseDatabase({ backup: { enabled: true } });
    await expect(notes()).rejects.toThrow('relation "notes" does not exist');

    await site.releaseDatabase({
      backup: { enabled: true },
      restore: { from: backup },
    });
    // While its table was gone it was not ready.
    await site.kubectl('rollout', 'status', 'deployment/api');
    expect(await notes()).toEqual(['kept']);
    await site.client().notes.add.mutate({ text: 'after' });
    expect(await notes()).toEqual(['after', 'kept']);
  });
});
