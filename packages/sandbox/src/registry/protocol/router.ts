import { Router } from 'express';
import { Action } from '../access/permissions';
import { RegistryError } from '../errors';
import { deleteBlob, getBlob } from './blobs';
import { admit, Handler, Protocol } from './context';
import { listCatalog, listReferrers, listTags } from './lists';
import { deleteManifest, getManifest, putManifest } from './manifests';
import {
  appendUpload,
  beginUpload,
  cancelUpload,
  finishUpload,
  uploadStatus,
} from './uploads';

/** A kind of path, and what each method does there and must be allowed to. */
interface Place {
  /** The repository's name, and a reference where there is one. */
  path: RegExp;
  methods: Record<string, [Action, Handler]>;
}

const PLACES: Place[] = [
  {
    path: /^\/v2\/(.+)\/blobs\/uploads\/?$/,
    methods: { POST: ['push', beginUpload] },
  },
  {
    path: /^\/v2\/(.+)\/blobs\/uploads\/([^/]+)$/,
    methods: {
      GET: ['push', uploadStatus],
      PATCH: ['push', appendUpload],
      PUT: ['push', finishUpload],
      DELETE: ['push', cancelUpload],
    },
  },
  {
    path: /^\/v2\/(.+)\/blobs\/([^/]+)$/,
    methods: {
      GET: ['pull', getBlob],
      HEAD: ['pull', getBlob],
      DELETE: ['delete', deleteBlob],
    },
  },
  {
    path: /^\/v2\/(.+)\/manifests\/([^/]+)$/,
    methods: {
      GET: ['pull', getManifest],
      HEAD: ['pull', getManifest],
      PUT: ['push', putManifest],
      DELETE: ['delete', deleteManifest],
    },
  },
  {
    path: /^\/v2\/(.+)\/tags\/list$/,
    methods: { GET: ['metadata_read', listTags] },
  },
  {
    path: /^\/v2\/(.+)\/referrers\/([^/]+)$/,
    methods: { GET: ['pull', listReferrers] },
  },
];

const unsupported = (method: string, path: string) =>
  new RegistryError('UNSUPPORTED', `${method} is not supported at ${path}`);

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw new RegistryError(
      'NAME_INVALID',
      'the path is not encoded as a URL wants it',
    );
  }
}

/** The OCI distribution protocol, for paths that begin with `/v2/`. */
export function protocolRouter(protocol: Protocol): Router {
  const router = Router();
  router.use('/v2', (_request, response, next) => {
    response.set('docker-distribution-api-version', 'registry/2.0');
    next();
  });
  router.get('/v2{/}', (request, response) => {
    protocol.gatekeeper.admitAny(request);
    response.json({});
  });
  router.get('/v2/_catalog', (request, response) => {
    listCatalog(protocol, request, response);
  });
  router.use('/v2', async (request, response) => {
    const path = decode(request.originalUrl.split('?')[0]);
    for (const place of PLACES) {
      const [matched, name, reference] = place.path.exec(path) ?? [];
      if (matched !== undefined) {
        const method = place.methods[request.method];
        if (!method) throw unsupported(request.method, path);
        const [action, handler] = method;
        await handler(
          admit(protocol, request, response, { name, reference, action }),
        );
        return;
      }
    }
    throw new RegistryError(
      'UNSUPPORTED',
      `the distribution protocol has nothing at ${path}`,
      { status: 404 },
    );
  });
  return router;
}
