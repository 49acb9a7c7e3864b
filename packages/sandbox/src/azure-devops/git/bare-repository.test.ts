import { execFileSync } from 'child_process';
import { mkdtempSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import path from 'path';
import { BareRepository, ZERO_ID } from './bare-repository';
import { GitError } from './git';
import { applyPush, PushChange } from './push';
import { isRefName } from './ref-name';

describe('a bare repository', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'bare-'));
  let repository: BareRepository;
  const git = (...args: string[]) =>
    execFileSync(
      'git',
      ['-c', 'user.name=Ada', '-c', 'user.email=a@b', ...args],
      {
        cwd: folder,
        encoding: 'utf8',
        env: { PATH: process.env.PATH, GIT_AUTHOR_DATE: '1700000000 +0200' },
        stdio: ['pipe', 'pipe', 'ignore'],
      },
    ).trim();
  /** A commit of files (path to content), written by git itself. */
  const commit = (files: Record<string, string | Buffer>, message: string) => {
    const parts: (string | Buffer)[] = [
      'commit refs/heads/made\nmark :1\nauthor Ada Ä <ada@b> 1700000000 +0200\n',
      'committer Bo <> 1700000060 -0500\n',
      `data ${Buffer.byteLength(message)}\n${message}\ndeleteall\n`,
    ];
    for (const [name, content] of Object.entries(files)) {
      const bytes = Buffer.from(content as string);
      parts.push(
        `M 100644 inline ${JSON.stringify(name)}\ndata ${bytes.length}\n`,
        bytes,
        '\n',
      );
    }
    parts.push('get-mark :1\ndone\n');
    return execFileSync('git', ['fast-import', '--quiet', '--force'], {
      cwd: folder,
      input: Buffer.concat(parts.map(part => Buffer.from(part as string))),
    })
      .toString()
      .trim();
  };

  beforeAll(async () => {
    repository = await BareRepository.create('git', folder, 'main');
  });
  afterAll(() => {
    repository.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('reads what git shows', async () => {
    const large = Buffer.alloc(3_000_000, 'x\n');
    const files = {
      'b/c/d.txt': 'ä\n',
      'b/c.txt': '',
      'b.txt': 'no line end',
      'big.bin': large,
    };
    const id = commit(files, 'Subject\n\nBody: ä\n\n');
    const shown = git('ls-tree', '-r', '-t', '--full-tree', id)
      .split('\n')
      .map(line => {
        const [mode, type, objectId, name] = line.split(/[ \t]/);
        return { path: `/${name}`, objectId, type, mode };
      });
    expect(await repository.list(id, '/', true)).toEqual(shown);
    expect(
      (await repository.list(id, '/b', false)).map(entry => entry.path),
    ).toEqual(['/b/c.txt', '/b/c']);
    // All at once: each gets its own answer.
    const contents = await Promise.all(
      Object.keys(files).map(name => repository.readFile(id, name)),
    );
    const same = Object.values(files).map((content, at) =>
      contents[at]?.equals(Buffer.from(content as string)),
    );
    expect(same).toEqual([true, true, true, true]);
    expect(await repository.readFile(id, 'b/c')).toBeUndefined();
    expect(await repository.readFile(id, 'b.txt/x')).toBeUndefined();
    expect(await repository.entry(ZERO_ID, '/')).toBeUndefined();
    expect(await repository.log([id])).toEqual([
      {
        commitId: id,
        treeId: git('rev-parse', `${id}^{tree}`),
        parents: [],
        author: { name: 'Ada Ä', email: 'ada@b', date: '2023-11-14T22:13:20Z' },
        committer: { name: 'Bo', email: '', date: '2023-11-14T22:14:20Z' },
        message: 'Subject\n\nBody: ä',
      },
    ]);
  });

  it('sees refs that others move, also after they were packed', async () => {
    const [one, two] = [commit({ a: '1' }, 'one'), commit({ a: '2' }, 'two')];
    expect(await repository.refTarget('refs/heads/moving')).toBe(ZERO_ID);
    git('update-ref', 'refs/heads/moving', one);
    expect(await repository.resolveCommit('moving')).toBe(one);
    git('pack-refs', '--all');
    git('gc', '--quiet');
    git('update-ref', 'refs/heads/moving', two);
    expect(await repository.resolveCommit('refs/heads/moving')).toBe(two);
    git('tag', '--annotate', '--message', 'v1', 'v1', one);
    expect(await repository.resolveCommit('v1')).toBe(one);
    expect(await repository.resolveCommit(two.slice(0, 8))).toBe(two);
    for (const wrong of ['moving~1', 'moving:a', 'a b', 'x\nHEAD', 'none']) {
      expect(await repository.resolveCommit(wrong)).toBeUndefined();
    }
    git('update-ref', '-d', 'refs/heads/moving');
    expect(await repository.resolveCommit('moving')).toBeUndefined();
  });

  it('writes commits that git finds sound, and moves a branch only from where it is', async () => {
    const by = {
      id: '1',
      displayName: 'Ada <x>',
      uniqueName: 'ada@b',
      descriptor: 'd',
    };
    const ref = 'refs/heads/written';
    const push = (oldObjectId: string, ...changes: PushChange[]) =>
      applyPush(
        repository,
        { ref, oldObjectId, commits: [{ comment: 'Change ä', changes }] },
        by,
      );
    const add = (name: string): PushChange => ({
      type: 'add',
      path: name,
      content: Buffer.from(name),
    });
    // Folders sort as if they ended with a slash: a-b, a.b, a/b, a0.
    const [one] = await push(
      ZERO_ID,
      ...['a0', 'a/b', 'a.b', 'a-b', 'deep/er/file', 'tool'].map(add),
    );
    git('read-tree', one);
    git(
      'update-index',
      '--chmod=+x',
      '--cacheinfo',
      `100755,${git('rev-parse', `${one}:tool`)},tool`,
    );
    const two = git('commit-tree', '-p', one, '-m', 'x', git('write-tree'));
    // Moved by others while this process holds git open.
    git('update-ref', ref, two);
    await expect(push(one, add('late'))).rejects.toMatchObject({ status: 409 });
    const [three] = await push(
      two,
      { type: 'edit', path: 'tool', content: Buffer.from('new') },
      { type: 'delete', path: 'deep' },
      { type: 'rename', from: 'a/b', path: 'moved/b' },
    );
    expect(git('ls-tree', '-r', '--format=%(objectmode) %(path)', ref)).toBe(
      '100644 a-b\n100644 a.b\n100644 a0\n100644 moved/b\n100755 tool',
    );
    expect(git('show', `${ref}:tool`)).toBe('new');
    expect(git('log', '--format=%an %ae %s', '-1', ref)).toBe(
      'Ada x ada@b Change ä',
    );
    expect(git('fsck', '--strict', '--no-dangling')).toBe('');

    const move = (oldObjectId: string, newObjectId: string) =>
      repository.updateRefs([{ name: ref, oldObjectId, newObjectId }]);
    await expect(move(two, one)).rejects.toThrow(GitError);
    expect(await repository.refTarget(ref)).toBe(three);
    await move(three, one);
    expect(git('rev-parse', ref)).toBe(one);
    await move(one, ZERO_ID);
    expect(await repository.refTarget(ref)).toBe(ZERO_ID);
  });

  it('goes on after git was ended', async () => {
    const id = commit({ a: '1' }, 'again');
    expect(await repository.resolveCommit(id)).toBe(id);
    const asked = repository.resolveCommit(id);
    repository.close();
    expect(await asked).toBe(id);
    expect(await repository.resolveCommit(id)).toBe(id);
  });

  it('says so when there is no git, or no repository', async () => {
    const nowhere = new BareRepository('git', path.join(folder, 'none'));
    await expect(nowhere.refTarget('refs/heads/main')).rejects.toThrow(
      'ENOENT',
    );
    const other = new BareRepository('git', tmpdir());
    await expect(other.refTarget('refs/heads/main')).rejects.toThrow(
      'not a git repository',
    );
  });
});

test('ref names follow the rules of git', () => {
  const parts = [
    'a',
    '.a',
    'a.',
    'a.lock',
    'a..b',
    'a b',
    'a~',
    'a^',
    'a:',
    'ä',
  ];
  parts.push(
    '@',
    '@{',
    'a@{b',
    'a\\',
    'a[',
    'a*',
    'a?',
    '-a',
    '',
    'a\x7f',
    'HEAD',
  );
  const names = parts.flatMap(part => [
    part,
    `refs/heads/${part}`,
    `refs/${part}/x`,
  ]);
  const accepted = names.filter(name => {
    try {
      execFileSync('git', ['check-ref-format', name], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  });
  expect(names.filter(isRefName)).toEqual(accepted);
});
