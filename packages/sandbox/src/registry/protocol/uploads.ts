import { RegistryError } from '../errors';
import { Upload } from '../layout/uploads';
import { parseDigest, parseRepositoryName } from '../names';
import { Admitted, Handler, repositoryOf } from './context';

const blobPath = ({ name }: Admitted, digest: string) =>
  `/v2/${name.full}/blobs/${digest}`;

function answerUpload(admitted: Admitted, upload: Upload, status: number) {
  admitted.response
    .status(status)
    .set({
      location: `/v2/${admitted.name.full}/blobs/uploads/${upload.id}`,
      'docker-upload-uuid': upload.id,
      range: `0-${Math.max(0, upload.size - 1)}`,
      'content-length': '0',
    })
    .end();
}

function answerBlob(admitted: Admitted, digest: string) {
  admitted.response
    .status(201)
    .set({
      location: blobPath(admitted, digest),
      'docker-content-digest': digest,
      'content-length': '0',
    })
    .end();
}

/** Chunks come in order: what a chunk says of its place must be where the last one ended. */
function checkPlace({ request, response }: Admitted, upload: Upload): void {
  const header = request.get('content-range');
  if (header === undefined) return;
  const [, start, end] = /^(?:bytes[ =])?(\d+)-(\d+)/.exec(header) ?? [];
  const length = request.get('content-length');
  const fits =
    Number(start) === upload.size &&
    (length === undefined || Number(length) === Number(end) - upload.size + 1);
  if (fits) return;
  response.set({
    location: `/v2/${upload.repository}/blobs/uploads/${upload.id}`,
    range: `0-${Math.max(0, upload.size - 1)}`,
  });
  throw new RegistryError(
    'RANGE_INVALID',
    `the chunk ${header} does not follow: ${upload.size} bytes came so far`,
  );
}

/** Puts a finished upload into its repository. */
async function finish(admitted: Admitted, upload: Upload, digest: string) {
  try {
    // The registry may have been destroyed while the bytes came.
    const { blobs } = repositoryOf(admitted.registries, admitted.name);
    await upload.finish(digest, blobs);
  } finally {
    admitted.uploads.end(upload);
  }
  answerBlob(admitted, digest);
}

/** A blob that another repository has and the visitor may pull from there. */
function mount(admitted: Admitted): string | undefined {
  const { request, registries, gatekeeper, repository } = admitted;
  const { mount: wanted, from } = request.query;
  if (typeof wanted !== 'string' || typeof from !== 'string') return undefined;
  const digest = parseDigest(wanted);
  const source = parseRepositoryName(from);
  const { subject } = gatekeeper.visitor(request);
  if (!gatekeeper.may(subject, source, 'pull')) return undefined;
  const { blobs } =
    registries.get(source.registry)?.repository(source.repository) ?? {};
  if (!blobs?.has(digest)) return undefined;
  repository.blobs.mount(digest, blobs);
  return digest;
}

/** `POST /v2/<name>/blobs/uploads/`: a mount, a whole blob, or the beginning of an upload. */
export const beginUpload: Handler = async admitted => {
  const { request, uploads, name } = admitted;
  const mounted = mount(admitted);
  if (mounted) {
    answerBlob(admitted, mounted);
    return;
  }
  if (request.query.digest === undefined) {
    answerUpload(admitted, uploads.begin(name.full), 202);
    return;
  }
  const digest = parseDigest(request.query.digest);
  const upload = uploads.begin(name.full);
  await receive(admitted, upload, true);
  await finish(admitted, upload, digest);
};

/** Appends the request's body. @param whole - a body that breaks off is the end of the upload */
async function receive(
  admitted: Admitted,
  upload: Upload,
  whole: boolean = false,
) {
  try {
    await upload.append(admitted.request);
  } catch (error) {
    if (whole) admitted.uploads.end(upload);
    throw error;
  }
}

/** `PATCH /v2/<name>/blobs/uploads/<id>`: a chunk, or the whole as a stream. */
export const appendUpload: Handler = async admitted => {
  const upload = admitted.uploads.get(admitted.name.full, admitted.reference);
  checkPlace(admitted, upload);
  await receive(admitted, upload);
  answerUpload(admitted, upload, 202);
};

/** `PUT /v2/<name>/blobs/uploads/<id>?digest=…`: the end of an upload, perhaps with its last chunk. */
export const finishUpload: Handler = async admitted => {
  const upload = admitted.uploads.get(admitted.name.full, admitted.reference);
  const digest = parseDigest(admitted.request.query.digest);
  checkPlace(admitted, upload);
  await receive(admitted, upload);
  await finish(admitted, upload, digest);
};

/** `GET /v2/<name>/blobs/uploads/<id>`: how much came. */
export const uploadStatus: Handler = admitted => {
  const upload = admitted.uploads.get(admitted.name.full, admitted.reference);
  answerUpload(admitted, upload, 204);
};

/** `DELETE /v2/<name>/blobs/uploads/<id>` */
export const cancelUpload: Handler = ({
  uploads,
  name,
  reference,
  response,
}) => {
  uploads.end(uploads.get(name.full, reference));
  response.status(204).end();
};
