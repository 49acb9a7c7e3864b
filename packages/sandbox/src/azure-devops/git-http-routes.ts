import { Request, Response, Router } from 'express';
import { callerOf, ServerContext } from './context';
import { checkReach } from './git/git-routes';
import { serveGit } from './git/http-backend';
import { routeNotFound } from './wire/errors';

const SERVICES = ['git-upload-pack', 'git-receive-pack'];

/** Git's smart HTTP under `_git/{repository}`, by the real `git http-backend`. */
export function createGitHttpRouter({ repositories }: ServerContext): Router {
  const router = Router();

  const serve = async (request: Request, response: Response, rest: string) => {
    const record = repositories.get(String(request.params.repository));
    const caller = callerOf(response);
    checkReach(caller, record);
    const run = () =>
      serveGit(request, response, {
        git: repositories.git,
        folder: repositories.folderOf(record),
        rest,
        user: caller.identity.uniqueName,
      });
    if (rest === '/git-receive-pack') {
      await repositories.recordingPush(record, caller.identity, run);
    } else await run();
  };

  router.get('/:repository/info/refs', async (request, response) => {
    const service = String(request.query.service ?? '');
    // The dumb protocol is not served, as in Azure DevOps.
    if (!SERVICES.includes(service)) throw routeNotFound(request.originalUrl);
    await serve(request, response, '/info/refs');
  });
  for (const service of SERVICES) {
    router.post(`/:repository/${service}`, (request, response) =>
      serve(request, response, `/${service}`),
    );
  }
  return router;
}
