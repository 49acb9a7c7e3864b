// The two calls of Azure Resource Manager's REST API that a person at a terminal needs.
import fs from 'node:fs';
import https from 'node:https';
import { UserError } from './console.mjs';

const API_VERSION = '2026-04-01';

function call(azure, method, path) {
  const url = `${azure.MOORLINE_AZURE_ENDPOINT}${path}?api-version=${API_VERSION}`;
  return new Promise((resolve, reject) => {
    const request = https.request(
      url,
      {
        method,
        ca: fs.readFileSync(azure.NODE_EXTRA_CA_CERTS),
        headers: {
          authorization: `Bearer ${azure.MOORLINE_AZURE_TOKEN}`,
          'content-length': 0,
        },
      },
      response => {
        let body = '';
        response.on('data', chunk => {
          body += chunk;
        });
        response.on('end', () =>
          response.statusCode === 200
            ? resolve(JSON.parse(body))
            : reject(
                new UserError(
                  `${url} answered ${response.statusCode}: ${body}`,
                ),
              ),
        );
      },
    );
    request.on('error', error =>
      reject(
        new UserError(
          `The sandbox does not answer (${error.code}): is \`npm start\` running?`,
        ),
      ),
    );
    request.end();
  });
}

/** The subscription's clusters: https://learn.microsoft.com/rest/api/aks/managed-clusters/list */
export const list = async azure =>
  (
    await call(
      azure,
      'GET',
      `/subscriptions/${azure.MOORLINE_AZURE_SUBSCRIPTION}/providers/Microsoft.ContainerService/managedClusters`,
    )
  ).value;

/** A cluster's user kubeconfig: https://learn.microsoft.com/rest/api/aks/managed-clusters/list-cluster-user-credentials */
export const kubeconfig = async (azure, cluster) =>
  Buffer.from(
    (await call(azure, 'POST', `${cluster.id}/listClusterUserCredential`))
      .kubeconfigs[0].value,
    'base64',
  ).toString();
