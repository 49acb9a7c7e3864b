import { execFile } from 'child_process';
import { mkdirSync, writeFileSync } from 'fs';
import path from 'path';
import { promisify } from 'util';
import { getPersonalAccessTokenHandler, WebApi } from 'azure-devops-node-api';
import type { IGitApi } from 'azure-devops-node-api/GitApi';
import {
  GitVersionType,
  ItemContentType,
  VersionControlChangeType,
} from 'azure-devops-node-api/interfaces/GitInterfaces';
import { Sandbox, startSandbox } from '../sandbox';
import { trustAuthority } from '../trust';

const run = promisify(execFile);
const ZERO = '0'.repeat(40);
const PROJECT = 'environments-platform';

describe('git repositories', () => {
  let sandbox: Sandbox;
  let api: WebApi;
  let git: IGitApi;

  beforeAll(async () => {
    sandbox = await startSandbox({ without: ['terraform'] });
    trustAuthority(sandbox.caFile);
    api = new WebApi(
      sandbox.organizationUrl,
      getPersonalAccessTokenHandler(sandbox.pat),
    );
    git = await api.getGitApi();
  });
  afterAll(() => sandbox.stop());

  const push = (
    repository: string,
    oldObjectId: string,
    changes: object[],
    rest: object = {},
  ) =>
    git.createPush(
      {
        refUpdates: [{ name: 'refs/heads/main', oldObjectId }],
        commits: [{ comment: 'Change\n\nkey: 1', changes, ...rest }],
      },
      repository,
      PROJECT,
    );
  const add = (file: string, content: string) => ({
    changeType: VersionControlChangeType.Add,
    item: { path: file },
    newContent: { content, contentType: ItemContentType.RawText },
  });
  const tip = async (repository: string) =>
    (await git.getRefs(repository, PROJECT, 'heads/main'))[0].objectId!;
  const failure = (work: Promise<unknown>) =>
    work.then(
      () => {
        throw new Error('it should have failed');
      },
      error => ({
        status: error.statusCode,
        typeKey: error.result?.typeKey,
        message: error.message,
      }),
    );
  /** Real git, with nothing of the machine's own configuration. */
  const realGit = (folder: string, ...args: string[]) =>
    run('git', args, {
      cwd: folder,
      env: {
        PATH: process.env.PATH,
        HOME: folder,
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_TERMINAL_PROMPT: '0',
        GIT_SSL_CAINFO: sandbox.caBundleFile,
        GIT_AUTHOR_NAME: 'Ada',
        GIT_AUTHOR_EMAIL: 'ada@example.com',
        GIT_COMMITTER_NAME: 'Ada',
        GIT_COMMITTER_EMAIL: 'ada@example.com',
        GIT_CONFIG_COUNT: '1',
        GIT_CONFIG_KEY_0: 'http.extraheader',
        GIT_CONFIG_VALUE_0: `Authorization: Basic ${Buffer.from(
          `:${sandbox.pat}`,
        ).toString('base64')}`,
      },
    });

  it('begins with an empty environments repository', async () => {
    const { authenticatedUser } = await api.connect();
    expect(authenticatedUser?.providerDisplayName).toBe('Moorline Portal');
    const project = await (await api.getCoreApi()).getProject(PROJECT);
    expect(project.name).toBe(PROJECT);
    const repositories = await git.getRepositories(PROJECT);
    expect(repositories.map(({ name }) => name)).toEqual([
      'platform',
      'environments',
    ]);
    expect(repositories[1].defaultBranch).toBeUndefined();
    expect(await git.getRefs('environments', PROJECT)).toEqual([]);
    expect(await git.getCommits('environments', {}, PROJECT)).toEqual([]);
  });

  it('makes, finds and deletes a repository; a name is taken once', async () => {
    const made = await git.createRepository({ name: 'shop' }, PROJECT);
    expect(await git.getRepository('SHOP', PROJECT)).toMatchObject({
      id: made.id,
    });
    expect(
      await failure(git.createRepository({ name: 'Shop' }, PROJECT)),
    ).toEqual({
      status: 409,
      typeKey: 'GitRepositoryNameAlreadyExistsException',
      message: 'TF400948: A Git repository with the name Shop already exists.',
    });
    expect(
      await failure(git.createRepository({ name: 'a/b' }, PROJECT)),
    ).toMatchObject({ status: 400 });
    await git.deleteRepository(made.id!, PROJECT);
    expect(await git.getRepository('shop', PROJECT)).toBeNull();
  });

  it('takes pushes: the first, the next, and none from a stale commit', async () => {
    await git.createRepository({ name: 'pushes' }, PROJECT);
    const first = await push('pushes', ZERO, [
      add('/environments/orders/main.tf', '# ä\n'),
      {
        changeType: VersionControlChangeType.Add,
        item: { path: '/logo "1".png' },
        newContent: {
          content: Buffer.from([0, 255, 10]).toString('base64'),
          contentType: ItemContentType.Base64Encoded,
        },
      },
    ]);
    expect(first.pushId).toBeGreaterThan(0);
    expect(first.commits![0]).toMatchObject({
      comment: 'Change\n\nkey: 1',
      author: { name: 'Moorline Portal' },
    });

    expect(
      await failure(push('pushes', ZERO, [add('/other', 'x')])),
    ).toMatchObject({ status: 409, typeKey: 'GitReferenceStaleException' });
    const one = await tip('pushes');
    expect(one).toBe(first.commits![0].commitId);
    expect(
      await failure(
        push('pushes', one, [add('/environments/orders/main.tf', '')]),
      ),
    ).toMatchObject({
      status: 400,
      message: expect.stringContaining('already exists'),
    });
    expect(
      await failure(push('pushes', one, [add('/environments/orders', '')])),
    ).toMatchObject({ status: 400 });
    expect(
      await failure(
        push('pushes', one, [
          {
            changeType: VersionControlChangeType.Delete,
            item: { path: '/no' },
          },
        ]),
      ),
    ).toMatchObject({ status: 400 });
    expect(await tip('pushes')).toBe(one);

    await push(
      'pushes',
      one,
      [
        {
          ...add('/environments/orders/main.tf', '# edited\n'),
          changeType: VersionControlChangeType.Edit,
        },
        {
          changeType: VersionControlChangeType.Delete,
          item: { path: '/logo "1".png' },
        },
      ],
      { author: { name: 'Eve <x>', email: 'eve@example.com' } },
    );
    const content = await git.getItemText(
      'pushes',
      '/environments/orders/main.tf',
      PROJECT,
    );
    expect(await text(content)).toBe('# edited\n');
    const old = await git.getItemText(
      'pushes',
      '/environments/orders/main.tf',
      PROJECT,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      { version: one, versionType: GitVersionType.Commit },
    );
    expect(await text(old)).toBe('# ä\n');
    const commits = await git.getCommits(
      'pushes',
      { itemPath: '/logo "1".png' },
      PROJECT,
    );
    expect(commits).toHaveLength(2);
    expect(commits[0].author?.name).toBe('Eve x');
    expect(await git.getCommits('pushes', { $top: 1 }, PROJECT)).toHaveLength(
      1,
    );
    expect(await git.getItem('pushes', '/nowhere', PROJECT)).toBeNull();
    const folder = await git.getItems('pushes', PROJECT, '/', 120);
    expect(folder.map(item => item.path)).toEqual([
      '/',
      '/environments',
      '/environments/orders',
      '/environments/orders/main.tf',
    ]);
  });

  it('makes, moves and deletes refs', async () => {
    await git.createRepository({ name: 'refs' }, PROJECT);
    await push('refs', ZERO, [add('/a', 'a')]);
    const commit = await tip('refs');
    const update = async (...changes: string[][]) =>
      (
        await git.updateRefs(
          changes.map(([name, oldObjectId, newObjectId]) => ({
            name,
            oldObjectId,
            newObjectId,
          })),
          'refs',
          PROJECT,
        )
      ).map(({ success }) => success);
    expect(
      await update(
        ['refs/heads/topic', ZERO, commit],
        ['refs/heads/main', ZERO, commit],
        ['refs/heads/a..b', ZERO, commit],
        ['refs/heads/other', ZERO, '1'.repeat(40)],
      ),
    ).toEqual([true, false, false, false]);
    expect(await update(['refs/heads/topic', commit, ZERO])).toEqual([true]);
    expect(await git.getRefs('refs', PROJECT)).toHaveLength(1);
  });

  it('lets one of many pushes at the same time through', async () => {
    await git.createRepository({ name: 'race' }, PROJECT);
    const results = await Promise.allSettled(
      ['a', 'b', 'c'].map(name => push('race', ZERO, [add(`/${name}`, name)])),
    );
    expect(results.map(({ status }) => status).sort()).toEqual([
      'fulfilled',
      'rejected',
      'rejected',
    ]);
  });

  it('is a real git remote: clone, push, fetch', async () => {
    await git.createRepository({ name: 'remote' }, PROJECT);
    const work = path.join(sandbox.data, 'clone-test');
    mkdirSync(work);
    const url = `${sandbox.organizationUrl}/${PROJECT}/_git/remote`;
    await realGit(work, 'clone', '--quiet', url, 'one');
    const one = path.join(work, 'one');
    writeFileSync(path.join(one, 'hello.txt'), 'hello\n');
    // Larger than git's buffer: it is then sent in chunks, without a length.
    const noise = Array.from({ length: 60_000 }, (_, i) => (i * 7919) % 9973);
    writeFileSync(path.join(one, 'noise.txt'), noise.join(' '));
    await realGit(one, 'add', '.');
    await realGit(one, 'commit', '--quiet', '-m', 'By git');
    await realGit(
      one,
      '-c',
      'http.postBuffer=1000',
      'push',
      '--quiet',
      'origin',
      'HEAD:main',
    );
    await realGit(one, 'tag', '-a', 'v1', '-m', 'v1');
    await realGit(one, 'push', '--quiet', 'origin', 'v1');

    const pushes = await git.getPushes('remote', PROJECT);
    expect(pushes.map(({ refUpdates }) => refUpdates?.[0].name)).toEqual([
      'refs/tags/v1',
      'refs/heads/main',
    ]);
    await push('remote', await tip('remote'), [add('/by-rest.txt', 'rest')]);
    await realGit(one, 'fetch', '--quiet', 'origin');
    const { stdout } = await realGit(one, 'show', 'origin/main:by-rest.txt');
    expect(stdout).toBe('rest');
    await realGit(
      work,
      'clone',
      '--quiet',
      '--depth=1',
      '--branch=v1',
      url,
      'two',
    );

    // Who has no token is asked for one.
    const refused = await run('git', ['ls-remote', url], {
      cwd: work,
      env: {
        PATH: process.env.PATH,
        HOME: work,
        GIT_TERMINAL_PROMPT: '0',
        GIT_SSL_CAINFO: sandbox.caBundleFile,
      },
    }).catch(error => error.stderr);
    expect(refused).toContain('could not read Username');
  });

  it('answers errors as Azure DevOps does', async () => {
    const ask = async (url: string, init: RequestInit = {}) => {
      const response = await fetch(`${sandbox.organizationUrl}/${url}`, {
        ...init,
        headers: {
          authorization: `Basic ${Buffer.from(`:${sandbox.pat}`).toString(
            'base64',
          )}`,
          'content-type': 'application/json',
          ...init.headers,
        },
      });
      return { status: response.status, response, text: await response.text() };
    };
    const unauthorized = await ask('_apis/projects', {
      headers: { authorization: 'Basic Ondyb25n' },
    });
    expect(unauthorized).toMatchObject({ status: 401, text: '' });
    expect(unauthorized.response.headers.get('www-authenticate')).toContain(
      'Basic realm=',
    );
    const missing = await ask(`${PROJECT}/_apis/git/repositories/none`);
    expect(JSON.parse(missing.text)).toEqual({
      $id: '1',
      innerException: null,
      message:
        'TF401019: The Git repository with name or identifier none does not exist or you do not have permissions for the operation you are attempting.',
      typeName:
        'Microsoft.TeamFoundation.Git.Server.GitRepositoryNotFoundException, Microsoft.TeamFoundation.Git.Server',
      typeKey: 'GitRepositoryNotFoundException',
      errorCode: 0,
      eventId: 3000,
    });
    const post = (version: string, body: string) =>
      ask(`${PROJECT}/_apis/git/repositories${version}`, {
        method: 'POST',
        body,
      });
    expect((await post('', '{}')).text).toContain(
      'No api-version was supplied',
    );
    expect((await post('?api-version=9.0', '{}')).text).toContain(
      'out of range',
    );
    expect((await post('?api-version=7.1', '{')).text).toContain(
      'invalid Json',
    );
    expect((await ask('other/_apis/git/repositories')).text).toContain(
      'TF200016',
    );
    expect((await ask(`${PROJECT}/_apis/wiki/wikis`)).status).toBe(404);
    const accepted = await ask(`${PROJECT}/_apis/git/repositories`, {
      method: 'POST',
      body: '{"name":"by-header"}',
      headers: { accept: 'application/json;api-version=7.1' },
    });
    expect(accepted.status).toBe(201);
  });

  it('shows who opens a link in a browser where to look', async () => {
    const response = await fetch(
      `${sandbox.organizationUrl}/${PROJECT}/_build/results?buildId=1`,
      { headers: { accept: 'text/html,*/*' } },
    );
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('Run tab');
  });

  it('seeds the platform repository from sources, and again when they change', async () => {
    const root = path.join(sandbox.data, 'source');
    mkdirSync(path.join(root, 'infra/modules/.terraform'), { recursive: true });
    writeFileSync(path.join(root, 'package.json'), '{"version":"1.2.3"}');
    writeFileSync(path.join(root, 'infra/modules/main.tf'), 'one');
    writeFileSync(path.join(root, 'infra/modules/.terraform/junk'), 'junk');
    const data = path.join(sandbox.data, 'seeded');
    const seeded = async () => {
      const other = await startSandbox({
        without: ['terraform'],
        data,
        platform: root,
      });
      try {
        const client = await new WebApi(
          other.organizationUrl,
          getPersonalAccessTokenHandler(other.pat),
          { cert: { caFile: other.caFile } },
        ).getGitApi();
        const items = await client.getItems(
          'platform',
          PROJECT,
          '/',
          120,
          undefined,
          undefined,
          undefined,
          undefined,
          { version: 'v1.2.3', versionType: GitVersionType.Tag },
        );
        const commits = await client.getCommits('platform', {}, PROJECT);
        return { files: items.map(item => item.path), commits: commits.length };
      } finally {
        await other.stop();
      }
    };
    const files = ['/', '/infra', '/infra/modules', '/infra/modules/main.tf'];
    expect(await seeded()).toEqual({ files, commits: 1 });
    expect(await seeded()).toEqual({ files, commits: 1 });
    writeFileSync(path.join(root, 'infra/new.tf'), 'two');
    expect(await seeded()).toEqual({
      files: [...files, '/infra/new.tf'],
      commits: 2,
    });
  });
});

async function text(stream: NodeJS.ReadableStream): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}
