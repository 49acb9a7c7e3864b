import type { RequestHandler } from 'express';

const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Moorline sandbox</title>
<body style="font-family: system-ui; max-width: 40em; margin: 4em auto; padding: 0 1em">
<h1>This is the sandbox's Azure DevOps</h1>
<p>It speaks the protocols of Azure DevOps and has no pages of its own. What happens in it is shown by the portal:
open the environment there, and its Run tab.</p>
</body>
</html>
`;

/**
 * A link to a page of Azure DevOps (a run, a pipeline, a repository), opened in a browser, leads to a page that says
 * what this is, and not to a sign-in that nobody has an account for. It shows nothing of what is kept.
 */
export const answerPages: RequestHandler = (request, response, next) => {
  const isPage =
    request.method === 'GET' &&
    !request.path.includes('/_apis') &&
    !request.path.includes('/info/refs') &&
    (request.get('accept') ?? '').includes('text/html');
  if (!isPage) {
    next();
    return;
  }
  response.type('html').send(PAGE);
};
