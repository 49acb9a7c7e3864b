import { Router } from 'express';
import type { ServerContext } from '../context';
import {
  artifactNotFound,
  invalidArgument,
  routeNotFound,
} from '../wire/errors';
import { queryOf } from '../wire/list';

/** What is under `_apis/artifact`: files of pipeline artifacts, which Azure DevOps serves from another host. */
export function createArtifactRouter({ builds }: ServerContext): Router {
  const router = Router();
  router.get('/:build-:artifact/content', (request, response, next) => {
    const build = builds.get(Number(request.params.build));
    const artifact = build.record.artifacts.find(
      ({ id }) => id === Number(request.params.artifact),
    );
    if (!artifact) throw routeNotFound(request.path);
    const file = queryOf(request, 'subPath');
    if (queryOf(request, 'format') !== 'file' || !file) {
      throw invalidArgument(
        'Only single files of an artifact are served: send format=file and subPath=/FILE.\r\nParameter name: format',
      );
    }
    // Express does not leave the folder.
    const options = { root: artifact.folder, dotfiles: 'allow' as const };
    response.type('application/octet-stream');
    response.sendFile(file, options, error => {
      if (error) next(artifactNotFound(`${artifact.name}${file}`, build.id));
    });
  });
  return router;
}
