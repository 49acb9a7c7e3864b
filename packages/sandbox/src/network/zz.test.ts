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

  it('sets up', async () => {
    await site.releaseDatabase({ backup: { enabled: true } });
    await site.releaseApi('0.1.0');
    await site.client().notes.add.mutate({ text: 'kept' });
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
    const dump = async () => {
      for (const c of [['get','pods','-o','wide'],['logs','postgres-0','-c','restore'],['logs','postgres-0','--tail=30'],['logs','-l','app.kubernetes.io/instance=api','--tail=20'],['get','events']]) {
        console.log(c.join(' '), await site.kubectl(...c).catch(e => String(e)));
      }
    };
    for (let i=0;i<8;i++) { try { console.log(i, await notes()); break; } catch (e) { console.log(i, String(e)); await new Promise(r=>setTimeout(r,4000)); } }
    await dump();
    expect(await notes()).toEqual(['kept']);
    await site.client().notes.add.mutate({ text: 'after' });
    expect(await notes()).toEqual(['after', 'kept']);
  });
});
