import { createHash } from 'crypto';
import { existsSync, readFileSync } from 'fs';
import path from 'path';
import {
  errorOf,
  registryId,
  RegistryServer,
  sha256,
} from './__testUtils__/registry-server';
import { OCI_INDEX, OCI_MANIFEST } from './layout/manifest';

const NOWHERE = sha256('nowhere');

describe('the distribution protocol', () => {
  let server: RegistryServer;
  beforeAll(async () => {
    server = new RegistryServer();
    server.apply('acrorders');
    await server.start();
  });
  afterAll(() => server.remove());

  const begin = async (repository: string) => {
    const answer = await server.call(
      'POST',
      `/v2/${repository}/blobs/uploads/`,
    );
    expect(answer.status).toBe(202);
    return answer.headers.get('location') ?? '';
  };
  const layout = (repository: string) =>
    path.join(
      server.folder,
      'registry/registries/acrorders/repositories',
      repository,
      '_layout',
    );

  describe('blobs', () => {
    const R = 'acrorders/blobs';

    it('come in one request, or in one after an upload began', async () => {
      const digest = await server.pushBlob(R, 'in one');
      const url = `/v2/${R}/blobs/${digest}`;
      const pulled = await server.call('GET', url);
      expect(await pulled.text()).toBe('in one');
      expect(pulled.headers.get('docker-content-digest')).toBe(digest);
      const head = await server.call('HEAD', url);
      expect(head.status).toBe(200);
      expect(head.headers.get('content-length')).toBe('6');

      const other = sha256('another');
      const put = await server.call(
        'PUT',
        `${await begin(R)}?digest=${other}`,
        { body: 'another' },
      );
      expect(put.status).toBe(201);
      expect(put.headers.get('location')).toBe(`/v2/${R}/blobs/${other}`);
      expect((await server.call('HEAD', `/v2/${R}/blobs/${other}`)).ok).toBe(
        true,
      );
    });

    it('come in chunks, in order, and can be asked how far they are', async () => {
      const location = await begin(R);
      const chunk = (body: string, range: string) =>
        server.call('PATCH', location, {
          body,
          headers: {
            'content-type': 'application/octet-stream',
            'content-range': range,
          },
        });
      const late = await chunk('late', '6-9');
      expect(await errorOf(late)).toMatchObject({
        status: 416,
        code: 'RANGE_INVALID',
      });
      expect(late.headers.get('location')).toBe(location);
      const first = await chunk('first ', '0-5');
      expect(first.status).toBe(202);
      expect(first.headers.get('range')).toBe('0-5');
      expect((await chunk('first ', '0-5')).status).toBe(416);
      expect((await chunk('too long', '6-9')).status).toBe(416);
      const status = await server.call('GET', location);
      expect(status.status).toBe(204);
      expect(status.headers.get('range')).toBe('0-5');
      expect(status.headers.get('location')).toBe(location);

      const digest = sha256('first last');
      const put = await server.call('PUT', `${location}?digest=${digest}`, {
        body: 'last',
        headers: { 'content-range': '6-9' },
      });
      expect(put.status).toBe(201);
      const pulled = await server.call('GET', `/v2/${R}/blobs/${digest}`);
      expect(await pulled.text()).toBe('first last');
      expect((await server.call('GET', location)).status).toBe(404);
    });

    it('come as a stream of any size, and by sha512', async () => {
      const part = Buffer.alloc(1 << 20, 'x');
      const hash = createHash('sha512');
      let left = 20;
      const body = new ReadableStream({
        pull(controller) {
          left -= 1;
          hash.update(part);
          controller.enqueue(part);
          if (left === 0) controller.close();
        },
      });
      const location = await begin(R);
      expect((await server.call('PATCH', location, { body })).status).toBe(202);
      const digest = `sha512:${hash.digest('hex')}`;
      const put = await server.call('PUT', `${location}?digest=${digest}`);
      expect(put.status).toBe(201);
      const url = `/v2/${R}/blobs/${digest}`;
      expect(
        (await (await server.call('GET', url)).arrayBuffer()).byteLength,
      ).toBe(20 << 20);
    });

    it('are not kept under a digest that they do not have', async () => {
      const location = await begin(R);
      const put = await server.call('PUT', `${location}?digest=${NOWHERE}`, {
        body: 'something else',
      });
      expect(await errorOf(put)).toMatchObject({
        status: 400,
        code: 'DIGEST_INVALID',
        message: expect.stringContaining(sha256('something else')),
      });
      const missing = await server.call('GET', `/v2/${R}/blobs/${NOWHERE}`);
      expect(await errorOf(missing)).toMatchObject({
        status: 404,
        code: 'BLOB_UNKNOWN',
      });
      const unread = await server.call(
        'PUT',
        `${await begin(R)}?digest=sha256:1`,
      );
      expect(await errorOf(unread)).toMatchObject({ code: 'DIGEST_INVALID' });
    });

    it('stop coming when an upload is canceled', async () => {
      const location = await begin(R);
      expect((await server.call('DELETE', location)).status).toBe(204);
      expect(
        await errorOf(await server.call('PATCH', location, { body: 'x' })),
      ).toMatchObject({ status: 404, code: 'BLOB_UPLOAD_UNKNOWN' });
      const elsewhere = (await begin(R)).replace('blobs/', 'other/');
      expect((await server.call('GET', elsewhere)).status).toBe(404);
    });

    it('are pulled in parts', async () => {
      const digest = await server.pushBlob(R, '0123456789');
      const part = async (range: string) => {
        const answer = await server.call('GET', `/v2/${R}/blobs/${digest}`, {
          headers: { range },
        });
        return [
          answer.status,
          answer.headers.get('content-range'),
          answer.ok && (await answer.text()),
        ];
      };
      expect(await part('bytes=2-4')).toEqual([206, 'bytes 2-4/10', '234']);
      expect(await part('bytes=7-')).toEqual([206, 'bytes 7-9/10', '789']);
      expect(await part('bytes=-2')).toEqual([206, 'bytes 8-9/10', '89']);
      expect(await part('bytes=10-')).toEqual([416, 'bytes */10', false]);
    });

    it('are mounted from another repository', async () => {
      const digest = await server.pushBlob(R, 'shared');
      const mount = (query: string) =>
        server.call('POST', `/v2/acrorders/mounted/blobs/uploads/?${query}`);
      const answer = await mount(`mount=${digest}&from=${R}`);
      expect(answer.status).toBe(201);
      expect(answer.headers.get('location')).toBe(
        `/v2/acrorders/mounted/blobs/${digest}`,
      );
      const unknown = await mount(`mount=${NOWHERE}&from=${R}`);
      expect(unknown.status).toBe(202);
      expect(unknown.headers.get('location')).toContain('/uploads/');
      expect((await mount(`mount=${digest}`)).status).toBe(202);
    });

    it('are deleted, unless a manifest needs them', async () => {
      const digest = await server.pushBlob(R, 'to be deleted');
      const url = `/v2/${R}/blobs/${digest}`;
      expect((await server.call('DELETE', url)).status).toBe(202);
      expect((await server.call('DELETE', url)).status).toBe(404);
      await server.pushImage(R, 'needs', { layer: 'needed' });
      expect(
        await errorOf(
          await server.call('DELETE', `/v2/${R}/blobs/${sha256('needed')}`),
        ),
      ).toMatchObject({ status: 405, code: 'UNSUPPORTED' });
    });
  });

  describe('manifests', () => {
    const R = 'acrorders/team/api';
    const get = (reference: string, accept?: string) =>
      server.call('GET', `/v2/${R}/manifests/${reference}`, {
        headers: accept ? { accept } : {},
      });

    it('are pulled by tag and digest, byte for byte as they were pushed', async () => {
      const digest = await server.pushImage(R, '1.0');
      for (const reference of ['1.0', digest]) {
        const answer = await get(reference, `${OCI_INDEX}, ${OCI_MANIFEST}`);
        expect(answer.headers.get('content-type')).toBe(OCI_MANIFEST);
        expect(answer.headers.get('docker-content-digest')).toBe(digest);
        expect(sha256(Buffer.from(await answer.arrayBuffer()))).toBe(digest);
      }
      const head = await server.call('HEAD', `/v2/${R}/manifests/1.0`);
      expect([head.status, await head.text()]).toEqual([200, '']);
    });

    it('are not given to who does not take their type', async () => {
      await server.pushImage(R, 'typed');
      expect(await errorOf(await get('typed', OCI_INDEX))).toMatchObject({
        status: 404,
        code: 'MANIFEST_UNKNOWN',
        message: expect.stringContaining(OCI_MANIFEST),
      });
    });

    it('move their tag', async () => {
      const one = await server.pushImage(R, 'moves', { layer: 'one' });
      const two = await server.pushImage(R, 'moves', { layer: 'two' });
      expect((await get('moves')).headers.get('docker-content-digest')).toBe(
        two,
      );
      expect((await get(one)).status).toBe(200);
    });

    it.each([
      ['not JSON', '{', OCI_MANIFEST, 'MANIFEST_INVALID', /JSON/],
      [
        'another type',
        '{"schemaVersion":2}',
        'text/plain',
        'MANIFEST_INVALID',
        /text\/plain/,
      ],
      [
        'no config',
        '{"schemaVersion":2,"layers":[]}',
        OCI_MANIFEST,
        'MANIFEST_INVALID',
        /config/,
      ],
      [
        'two types',
        `{"schemaVersion":2,"mediaType":"${OCI_INDEX}","manifests":[]}`,
        OCI_MANIFEST,
        'MANIFEST_INVALID',
        /Content-Type/,
      ],
      [
        'schema 1',
        '{"schemaVersion":1}',
        OCI_MANIFEST,
        'MANIFEST_INVALID',
        /schemaVersion/,
      ],
      [
        'a bad child',
        '{"schemaVersion":2,"manifests":[{"mediaType":"a/b","digest":"x","size":1}]}',
        OCI_INDEX,
        'MANIFEST_INVALID',
        /manifests\[0\]\.digest/,
      ],
    ])('are refused: %s', async (_what, body, type, code, message) => {
      const answer = await server.call('PUT', `/v2/${R}/manifests/bad`, {
        body,
        headers: { 'content-type': type },
      });
      expect(await errorOf(answer)).toMatchObject({
        status: 400,
        code,
        message: expect.stringMatching(message),
      });
      expect((await get('bad')).status).toBe(404);
    });

    it('are refused without their content, too large, or under a wrong name', async () => {
      const blob = {
        mediaType: 'application/vnd.oci.image.config.v1+json',
        digest: NOWHERE,
        size: 7,
      };
      const lacking = { schemaVersion: 2, config: blob, layers: [] };
      expect(
        await errorOf(await server.putManifest(R, 'lacking', lacking)),
      ).toMatchObject({
        status: 400,
        code: 'MANIFEST_BLOB_UNKNOWN',
        message: expect.stringContaining(NOWHERE),
      });
      const child = { ...blob, mediaType: OCI_MANIFEST };
      const index = { schemaVersion: 2, manifests: [child] };
      expect(
        await errorOf(await server.putManifest(R, 'i', index, OCI_INDEX)),
      ).toMatchObject({ code: 'MANIFEST_BLOB_UNKNOWN' });
      const digest = await server.pushBlob(R, 'seven b');
      const wrong = { ...lacking, config: { ...blob, digest, size: 8 } };
      expect(
        await errorOf(await server.putManifest(R, 'size', wrong)),
      ).toMatchObject({ code: 'SIZE_INVALID' });
      const huge = { ...lacking, annotations: { a: 'x'.repeat(5 << 20) } };
      expect((await server.putManifest(R, 'huge', huge)).status).toBe(413);
      expect(
        await errorOf(await server.putManifest(R, NOWHERE, lacking)),
      ).toMatchObject({ code: 'DIGEST_INVALID' });
      expect(
        await errorOf(await server.putManifest(R, '-x', lacking)),
      ).toMatchObject({ code: 'TAG_INVALID' });
    });

    it('are deleted: a tag alone, a digest with its tags and its own layers', async () => {
      const D = 'acrorders/deleted';
      const one = await server.pushImage(D, 'a', { layer: 'only here' });
      const manifest = await (
        await server.call('GET', `/v2/${D}/manifests/${one}`)
      ).text();
      await server.putManifest(D, 'b', JSON.parse(manifest));
      await server.pushImage(D, 'c', { layer: 'stays' });
      const drop = (reference: string) =>
        server.call('DELETE', `/v2/${D}/manifests/${reference}`);
      expect((await drop('a')).status).toBe(202);
      expect((await drop('a')).status).toBe(404);
      expect((await server.call('HEAD', `/v2/${D}/manifests/b`)).ok).toBe(true);
      expect((await drop(one)).status).toBe(202);
      expect((await server.call('HEAD', `/v2/${D}/manifests/b`)).ok).toBe(
        false,
      );
      const blob = (content: string) =>
        path.join(
          layout('deleted'),
          'blobs',
          sha256(content).replace(':', '/'),
        );
      expect(existsSync(blob('only here'))).toBe(false);
      expect(existsSync(blob('stays'))).toBe(true);
    });
  });

  describe('lists', () => {
    it('pages tags by n and last', async () => {
      const R = 'acrorders/tags';
      for (const tag of ['b', 'a', 'C', 'd']) await server.pushImage(R, tag);
      const tags = async (query: string) => {
        const answer = await server.call('GET', `/v2/${R}/tags/list${query}`);
        return [(await answer.json()).tags, answer.headers.get('link')];
      };
      expect(await tags('')).toEqual([['C', 'a', 'b', 'd'], null]);
      expect(await tags('?n=2')).toEqual([
        ['C', 'a'],
        `</v2/${R}/tags/list?last=a&n=2>; rel="next"`,
      ]);
      expect(await tags('?last=a&n=2')).toEqual([['b', 'd'], null]);
      expect(await tags('?n=0')).toEqual([[], null]);
      expect(
        await errorOf(await server.call('GET', `/v2/${R}/tags/list?n=x`)),
      ).toMatchObject({ code: 'PAGINATION_NUMBER_INVALID' });
      expect(
        await errorOf(await server.call('GET', '/v2/acrorders/no/tags/list')),
      ).toMatchObject({ status: 404, code: 'NAME_UNKNOWN' });
    });

    it('knows what refers to a manifest, which need not be there yet', async () => {
      const R = 'acrorders/signed';
      const list = async (digest: string, query = '') => {
        const answer = await server.call(
          'GET',
          `/v2/${R}/referrers/${digest}${query}`,
        );
        expect(answer.headers.get('content-type')).toBe(OCI_INDEX);
        return [
          (await answer.json()).manifests,
          answer.headers.get('oci-filters-applied'),
        ];
      };
      const subject = {
        mediaType: OCI_MANIFEST,
        digest: NOWHERE,
        size: 1,
      };
      expect(await list(NOWHERE)).toEqual([[], null]);
      const more = {
        subject,
        artifactType: 'application/vnd.example.signature',
        annotations: { by: 'somebody' },
      };
      const signature = await server.pushImage(R, 'signature', { more });
      await server.pushImage(R, 'sbom', { layer: 'sbom', more: { subject } });
      const [all] = await list(NOWHERE);
      expect(all).toHaveLength(2);
      expect(
        await list(NOWHERE, '?artifactType=application/vnd.example.signature'),
      ).toEqual([
        [
          {
            mediaType: OCI_MANIFEST,
            digest: signature,
            size: expect.any(Number),
            artifactType: 'application/vnd.example.signature',
            annotations: { by: 'somebody' },
          },
        ],
        'artifactType',
      ]);
      const answer = await server.call(
        'GET',
        `/v2/${R}/manifests/${signature}`,
      );
      const again = await server.putManifest(R, 'again', await answer.json());
      expect(again.headers.get('oci-subject')).toBe(NOWHERE);
      expect((await server.call('GET', `/v2/${R}/referrers/x`)).status).toBe(
        400,
      );
    });

    it('lists repositories with something in them', async () => {
      server.apply('acrlist');
      await server.pushImage('acrlist/b', '1');
      await server.pushImage('acrlist/a', '1');
      await server.pushBlob('acrlist/c', 'no manifest');
      const answer = await server.call('GET', '/v2/_catalog?last=acrlist/&n=1');
      expect(await answer.json()).toEqual({ repositories: ['acrlist/a'] });
      expect(answer.headers.get('link')).toBe(
        '</v2/_catalog?last=acrlist%2Fa&n=1>; rel="next"',
      );
      server.resources.delete(registryId('acrlist'));
    });
  });

  describe('registries', () => {
    it.each([
      ['GET', '/v2/acrnone/api/tags/list', 404, 'NAME_UNKNOWN', /acrorders/],
      ['GET', '/v2/acrorders/tags/list', 400, 'NAME_INVALID', /<registry>\//],
      ['GET', '/v2/acrorders/Upper/tags/list', 400, 'NAME_INVALID', /lower/],
      ['GET', '/v2/acrorders/..%2f..%2fx/tags/list', 400, 'NAME_INVALID', /./],
      ['GET', '/v2/acrorders/%ff/tags/list', 400, 'NAME_INVALID', /./],
      ['POST', '/v2/acrorders/a/manifests/1', 405, 'UNSUPPORTED', /POST/],
      ['GET', '/v2/nothing', 404, 'UNSUPPORTED', /nothing/],
    ])(
      '%s %s is answered %d %s',
      async (method, url, status, code, message) => {
        expect(await errorOf(await server.call(method, url))).toEqual({
          status,
          code,
          message: expect.stringMatching(message),
        });
      },
    );

    it('keep what they have as an OCI layout, over a restart, until they are destroyed', async () => {
      const R = 'acrorders/kept';
      const digest = await server.pushImage(R, '1');
      const half = await begin(R);
      await server.restart();
      expect((await server.call('HEAD', `/v2/${R}/manifests/1`)).ok).toBe(true);
      expect((await server.call('GET', half)).status).toBe(404);
      const folder = layout('kept');
      const read = (file: string) =>
        JSON.parse(readFileSync(path.join(folder, file), 'utf8'));
      expect(read('oci-layout')).toEqual({ imageLayoutVersion: '1.0.0' });
      expect(read('index.json').manifests).toEqual([
        {
          mediaType: OCI_MANIFEST,
          digest,
          size: expect.any(Number),
          annotations: { 'org.opencontainers.image.ref.name': '1' },
        },
      ]);

      server.resources.delete(registryId('acrorders'));
      expect(existsSync(folder)).toBe(false);
      expect((await server.call('HEAD', `/v2/${R}/manifests/1`)).status).toBe(
        404,
      );
      server.apply('acrorders');
      expect((await server.call('HEAD', `/v2/${R}/manifests/1`)).status).toBe(
        404,
      );
    });

    it('forget what a destroyed one had, also when it was made again meanwhile', async () => {
      await server.pushImage('acrorders/old', '1');
      await server.stop();
      server.resources.delete(registryId('acrorders'));
      server.apply('acrorders');
      await server.start();
      const answer = await server.call('GET', '/v2/acrorders/old/tags/list');
      expect(answer.status).toBe(404);
    });
  });
});
