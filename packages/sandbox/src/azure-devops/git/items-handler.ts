import type { Request, Response } from 'express';
import path from 'path';
import type { ServerContext } from '../context';
import type { RepositoryRecord } from '../store/model';
import { recursionLevel } from '../wire/enums';
import { invalidArgument, itemNotFound } from '../wire/errors';
import { asList, queryOf } from '../wire/list';
import { cleanPath, TreeEntry } from './bare-repository';
import { resolveVersion } from './version';
import { itemWire } from './wire';

/** Answers `git/repositories/{id}/items`: a file's content or metadata, or what is in a folder. */
export async function answerItems(
  context: ServerContext,
  record: RepositoryRecord,
  request: Request,
  response: Response,
): Promise<void> {
  const repository = context.repositories.open(record);
  const { commit, label } = await resolveVersion(request, record, repository);
  const inPath = request.params.path as unknown as string[] | undefined;
  const scope = queryOf(request, 'scopePath');
  const given = inPath?.join('/') ?? queryOf(request, 'path') ?? scope ?? '/';
  const filePath = `/${cleanPath(given)}`;
  const entry = await repository.entry(commit, filePath);
  if (!entry) throw itemNotFound(filePath, record.name, label, commit);

  const level = recursionLevel.parse(
    queryOf(request, 'recursionLevel') ?? 'none',
  );
  if (!level) {
    throw invalidArgument(
      'Use none, oneLevel or full.\r\nParameter name: recursionLevel',
    );
  }
  const wantsList =
    level !== 'none' || (scope !== undefined && !queryOf(request, 'path'));
  if (wantsList) {
    const below =
      entry.type === 'tree' && level !== 'none'
        ? await repository.list(commit, filePath, level === 'full')
        : [];
    response.json(
      asList(
        [entry, ...below].map(item => itemWire(context, record, item, commit)),
      ),
    );
    return;
  }
  await answerItem(context, record, request, response, entry, commit);
}

async function answerItem(
  context: ServerContext,
  record: RepositoryRecord,
  request: Request,
  response: Response,
  entry: TreeEntry,
  commit: string,
): Promise<void> {
  const accept = request.get('accept') ?? '';
  const format = queryOf(request, '$format')?.toLowerCase();
  const wantsJson =
    entry.type === 'tree' ||
    format === 'json' ||
    (!format && accept.includes('application/json'));
  if (!wantsJson) {
    const content = await context.repositories
      .open(record)
      .readFile(commit, entry.path);
    const text = accept.includes('text/plain') || format === 'text';
    if (queryOf(request, 'download') === 'true') {
      response.attachment(path.posix.basename(entry.path));
    }
    response
      .type(text ? 'text/plain; charset=utf-8' : 'application/octet-stream')
      .send(content);
    return;
  }
  const includeContent =
    entry.type === 'blob' && queryOf(request, 'includeContent') === 'true';
  const content = includeContent
    ? await context.repositories.open(record).readFile(commit, entry.path)
    : undefined;
  response.json({
    ...itemWire(context, record, entry, commit),
    ...(content && { content: content.toString('utf8') }),
    ...(queryOf(request, 'includeContentMetadata') === 'true' && {
      contentMetadata: {
        fileName: path.posix.basename(entry.path),
        extension: path.posix.extname(entry.path).replace('.', ''),
      },
    }),
  });
}
