// What a test does in the organisation behind the portal: look and count by REST, commit by real git, make it fail.
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import https from 'node:https';

const run = promisify(execFile);

/** The organisation of a portal that `startPortal` started. */
export function organisationOf(portal) {
  const credentials = JSON.parse(
    fs.readFileSync(
      path.join(portal.state, 'sandbox', 'credentials.json'),
      'utf8',
    ),
  );
  const { pat, adminToken, caFile, caBundleFile } = credentials;
  const root = `https://localhost:${portal.sandboxPort}`;
  const project = `${root}/moorline/environments-platform`;
  const basic = `Basic ${Buffer.from(`:${pat}`).toString('base64')}`;

  const send = (url, { method = 'GET', authorization = basic, body } = {}) =>
    new Promise((resolve, reject) => {
      const request = https.request(
        url,
        {
          method,
          ca: fs.readFileSync(caFile),
          agent: false,
          headers: { authorization, 'content-type': 'application/json' },
        },
        response => {
          let text = '';
          response.on('data', chunk => {
            text += chunk;
          });
          response.on('end', () =>
            response.statusCode < 300
              ? resolve(text ? JSON.parse(text) : undefined)
              : reject(new Error(`${method} ${url}: ${response.statusCode}`)),
          );
        },
      );
      request.on('error', reject);
      request.end(body && JSON.stringify(body));
    });
  const rest = (below, options) =>
    send(
      `${project}/_apis/${below}${
        below.includes('?') ? '&' : '?'
      }api-version=7.1`,
      options,
    );
  const faults = (method, body) =>
    send(`${root}/_sandbox/faults`, {
      method,
      body,
      authorization: `Bearer ${adminToken}`,
    });
  const git = (folder, ...args) =>
    run(
      'git',
      [
        '-c',
        `http.extraheader=Authorization: ${basic}`,
        '-c',
        'user.name=Ada',
        '-c',
        'user.email=ada@example.org',
        ...args,
      ],
      {
        cwd: folder,
        env: {
          ...process.env,
          GIT_SSL_CAINFO: caBundleFile,
          GIT_TERMINAL_PROMPT: '0',
        },
      },
    );
  const runsOf = async name => {
    const { value: pipelines } = await rest(
      `build/definitions?name=environment-${name}`,
    );
    const { value: builds } = pipelines.length
      ? await rest(`build/builds?definitions=${pipelines[0].id}`)
      : { value: [] };
    return { pipelines, builds };
  };

  return {
    /** Makes the requests that match fail, until `heal`. */
    fail: fault => faults('POST', { times: 1000, ...fault }),
    heal: () => faults('DELETE'),
    /** How many faults are still to come. */
    faults: () => faults('GET'),

    /** How much there is of an environment. */
    async count(name) {
      const { value: commits } = await rest(
        `git/repositories/environments/commits?searchCriteria.itemPath=/environments/${name}`,
      ).catch(() => ({ value: [] }));
      const { pipelines, builds } = await runsOf(name);
      return {
        commits: commits.length,
        pipelines: pipelines.length,
        runs: builds.length,
      };
    },

    /** Cancels what runs for an environment: the test has seen enough of it. */
    async cancelRuns(name) {
      const { builds } = await runsOf(name);
      for (const { id, status } of builds) {
        if (status !== 'completed') {
          await rest(`build/builds/${id}`, {
            method: 'PATCH',
            body: { status: 'cancelling' },
          });
        }
      }
    },

    /**
     * Changes files as a person does: clone, edit, commit, push.
     * @param {Record<string, (text: string) => string>} edits by path in the repository
     * @param {string} [tag] a tag to move to the commit
     */
    async commit(repository, message, edits, tag) {
      const folder = fs.mkdtempSync(path.join(portal.state, 'clone-'));
      try {
        await git(folder, 'clone', '-q', `${project}/_git/${repository}`, '.');
        for (const [file, edit] of Object.entries(edits)) {
          const before = fs.readFileSync(path.join(folder, file), 'utf8');
          const after = edit(before);
          if (after === before) throw new Error(`${file} was not changed`);
          fs.writeFileSync(path.join(folder, file), after);
        }
        await git(folder, 'commit', '-qam', message);
        if (tag) await git(folder, 'tag', '-f', tag);
        await git(
          folder,
          'push',
          '-qf',
          'origin',
          'HEAD:main',
          ...(tag ? [`refs/tags/${tag}`] : []),
        );
      } finally {
        fs.rmSync(folder, { recursive: true, force: true });
      }
    },
  };
}
