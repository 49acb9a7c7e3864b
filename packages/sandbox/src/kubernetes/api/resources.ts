import type { ServerResponse } from 'node:http';
import { copy, isObject } from '../objects/json';
import { KubeObject } from '../objects/meta';
import { inVersion } from '../schema/conversion';
import { hasSubresource } from '../schema/resourceType';
import { DeleteOptions, deleteObject } from '../store/deletion';
import { tableOf } from '../tables/table';
import { ApiError, methodNotAllowed, notFound, statusObject } from './errors';
import { matcherOf, sendList } from './listing';
import { metricsOf } from './metrics';
import { patchObject } from './patching';
import { ApiRequest, objectBody } from './request';
import { metadataOnly, send, wantedForm } from './respond';
import { review } from './reviews';
import { scaleOf, setScale } from './scale';
import type { PodLogs } from './podLogs';
import { handleSubresource } from './subresources';
import { sendWatch } from './watching';
import { ObjectWriter, WriteOptions } from './writer';

/** Answers requests for resources: what stands under `/api/v1/…` and `/apis/<group>/<version>/…`. */
export class ResourceHandler {
  constructor(
    private readonly writer: ObjectWriter,
    private readonly logs: PodLogs,
  ) {}

  private get store() {
    return this.writer.store;
  }

  private answer(
    request: ApiRequest,
    response: ServerResponse,
    whole: KubeObject,
    code = 200,
  ) {
    const object = inVersion(request.type, whole);
    const form = wantedForm(request.accept);
    if (form === 'table') {
      const include = request.query.get('includeObject') ?? 'Metadata';
      const { resourceVersion } = object.metadata;
      send(response, code, {
        ...tableOf(request.type, [object], { include }),
        metadata: { resourceVersion },
      });
    } else {
      const metadata = form === 'metadata';
      send(response, code, metadata ? metadataOnly(object) : object);
    }
  }

  async handle(request: ApiRequest, response: ServerResponse) {
    const { type, name, method, query } = request;
    const watching = ['true', '1'].includes(query.get('watch') ?? '');
    if (type.form === 'review') {
      if (method !== 'POST') throw methodNotAllowed();
      send(response, 201, review(type, await objectBody(request)));
    } else if (type.form === 'metrics') {
      this.metrics(request, response);
    } else if (method === 'GET' && watching) {
      sendWatch(request, response, this.store);
    } else if (name) {
      await this.one(request, response);
    } else {
      await this.collection(request, response);
    }
  }

  private metrics(request: ApiRequest, response: ServerResponse) {
    const { type, namespace, name, method } = request;
    if (method !== 'GET') throw methodNotAllowed();
    const all = metricsOf(type, this.store, namespace);
    if (!name) {
      sendList(request, response, this.store, all);
      return;
    }
    const found = all.find(metrics => metrics.metadata.name === name);
    if (!found) throw notFound(type, name);
    send(response, 200, found);
  }

  private options(request: ApiRequest, response: ServerResponse): WriteOptions {
    const warnings: string[] = [];
    return {
      manager: request.manager,
      dryRun: request.dryRun,
      fieldValidation: request.fieldValidation,
      warn: text => {
        warnings.push(`299 - ${JSON.stringify(text)}`);
        response.setHeader('warning', warnings);
      },
    };
  }

  private async collection(request: ApiRequest, response: ServerResponse) {
    const { type, namespace, method } = request;
    if (method === 'GET') {
      const objects = this.store.list(type, namespace);
      sendList(request, response, this.store, objects);
    } else if (method === 'POST') {
      const body = await objectBody(request);
      const options = this.options(request, response);
      const made = this.writer.create(type, namespace, body, options);
      this.answer(request, response, made, 201);
    } else if (method === 'DELETE') {
      const matches = matcherOf(request.query);
      const options = await deleteOptions(request);
      const chosen = this.store
        .list(type, namespace)
        .filter(object => !matches || matches(object));
      if (!options.dryRun?.length) {
        for (const { metadata } of chosen) {
          deleteObject(
            this.store,
            type,
            metadata.namespace,
            metadata.name,
            options,
          );
        }
      }
      sendList(request, response, this.store, chosen);
    } else {
      throw methodNotAllowed();
    }
  }

  private async one(request: ApiRequest, response: ServerResponse) {
    const { type, namespace, name = '', subresource, method } = request;
    if (subresource) {
      const done = await handleSubresource(
        request,
        response,
        this.store,
        this.logs,
      );
      if (done) return;
      if (!hasSubresource(type, subresource)) {
        throw new ApiError(
          404,
          'NotFound',
          'the server could not find the requested resource',
        );
      }
    }
    if (method === 'GET') {
      const object = this.store.need(type, namespace, name);
      if (subresource === 'scale') send(response, 200, scaleOf(type, object));
      else this.answer(request, response, object);
    } else if (method === 'PUT') {
      await this.put(request, response);
    } else if (method === 'PATCH') {
      const options = this.options(request, response);
      const { object, created } = await patchObject(
        request,
        this.writer,
        options,
      );
      if (subresource === 'scale') send(response, 200, object);
      else {
        const code = created ? 201 : 200;
        this.answer(request, response, object as KubeObject, code);
      }
    } else if (method === 'DELETE' && !subresource) {
      await this.remove(request, response);
    } else {
      throw methodNotAllowed();
    }
  }

  private async put(request: ApiRequest, response: ServerResponse) {
    const { type, namespace, name = '', subresource } = request;
    const old = this.store.need(type, namespace, name);
    const body = await objectBody(request);
    const options = this.options(request, response);
    if (subresource === 'scale') {
      const next = setScale(type, copy(old), body);
      const object = this.writer.update(type, old, next, options);
      send(response, 200, scaleOf(type, object));
      return;
    }
    if (subresource === 'finalize') {
      const next = { ...copy(old), spec: body.spec } as KubeObject;
      this.answer(request, response, this.store.replace(type, next));
      return;
    }
    const object = this.writer.update(type, old, body, {
      ...options,
      subresource: subresource === 'status' ? 'status' : undefined,
      expectVersion: true,
    });
    this.answer(request, response, object);
  }

  private async remove(request: ApiRequest, response: ServerResponse) {
    const { type, namespace, name = '' } = request;
    const options = await deleteOptions(request);
    const old = this.store.need(type, namespace, name);
    const result = options.dryRun?.length
      ? { object: old, gone: true }
      : deleteObject(this.store, type, namespace, name, options);
    if (!result.gone || type.key === '/pods') {
      this.answer(request, response, result.object);
      return;
    }
    const details = {
      name,
      group: type.group || undefined,
      kind: type.plural,
      uid: old.metadata.uid,
    };
    const { code: _, ...success } = statusObject(200, { details });
    send(response, 200, success);
  }
}

async function deleteOptions(request: ApiRequest): Promise<DeleteOptions> {
  const { query } = request;
  const body = await request.body();
  const options = (isObject(body) ? body : {}) as DeleteOptions;
  const grace = query.get('gracePeriodSeconds');
  if (grace !== null) options.gracePeriodSeconds = Number(grace);
  const policy = query.get('propagationPolicy');
  if (policy) {
    options.propagationPolicy = policy as DeleteOptions['propagationPolicy'];
  }
  if (query.has('orphanDependents')) {
    options.orphanDependents = query.get('orphanDependents') === 'true';
  }
  if (query.has('dryRun')) options.dryRun = query.getAll('dryRun');
  return options;
}
