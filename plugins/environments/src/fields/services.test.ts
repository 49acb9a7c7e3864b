import {
  completed,
  newService,
  renamed,
  rehosted,
  servicesProblems,
} from './services';

describe('services of the form', () => {
  it('begins with one whole row and gives each new row a free name', () => {
    const [first] = completed([{}], 'orders-dev');
    expect(first).toEqual({
      name: 'api',
      image: 'ghcr.io/moorline/trpc-api:0.1.0',
      replicas: 2,
      host: 'api.orders-dev.moorline.localhost',
    });
    expect(newService([first], 'orders-dev').name).toBe('api-2');
    expect(servicesProblems([first])).toEqual([{}]);
  });

  it('leaves whole rows alone and fills in what was cleared', () => {
    const rows = completed([{}], 'orders-dev');
    expect(completed(rows, 'orders-dev')).toBe(rows);
    expect(completed([{ name: 'api', replicas: 1 }], 'x')[0]).toMatchObject({
      name: 'api',
      image: '',
      host: '',
    });
  });

  it('moves the host with the names, but never one chosen by hand', () => {
    const [service] = completed([{}], 'orders-dev');
    expect(renamed(service, 'web', 'orders-dev').host).toBe(
      'web.orders-dev.moorline.localhost',
    );
    const own = { ...service, host: 'api.example.org' };
    expect(renamed(own, 'web', 'orders-dev').host).toBe('api.example.org');
    expect(
      rehosted([service, own], 'shop-dev').map(({ host }) => host),
    ).toEqual(['api.shop-dev.moorline.localhost', 'api.example.org']);
    const settled = [service];
    expect(rehosted(settled, 'orders-dev')).toBe(settled);
  });

  it('names what is wrong in each row', () => {
    const [service] = completed([{}], 'orders-dev');
    const problems = servicesProblems([
      { ...service, image: 'no registry' },
      { ...service, replicas: 99 },
    ]);
    expect(problems[0]).toEqual({
      image: expect.stringMatching(/^Image: give registry, repository and tag/),
    });
    expect(problems[1]).toEqual({
      replicas: 'Replicas: use at most 20',
      name: 'Name: api is already used by service 1',
      host: expect.stringContaining('already used by service 1'),
    });
  });
});
