import { ApiError } from '../api/errors';
import { copy, same } from '../objects/json';
import { JsonObject } from '../objects/meta';

interface Operation {
  op: string;
  path: string;
  from?: string;
  value?: unknown;
}

const refuse = (message: string) =>
  new ApiError(
    422,
    'Invalid',
    `the server rejected our request due to an error in our request: ${message}`,
  );

type Container = JsonObject | unknown[];

const steps = (path: string) =>
  path
    .split('/')
    .slice(1)
    .map(step => step.replace(/~1/g, '/').replace(/~0/g, '~'));

function child(container: Container, key: string): unknown {
  return Array.isArray(container) ? container[Number(key)] : container[key];
}

/** The container that holds the last step of a path, and that step. */
function locate(root: Container, path: string): [Container, string] {
  const keys = steps(path);
  let at: unknown = root;
  for (const key of keys.slice(0, -1)) {
    at = child(at as Container, key);
    if (typeof at !== 'object' || at === null) {
      throw refuse(`path not found: ${path}`);
    }
  }
  return [at as Container, keys[keys.length - 1]];
}

function remove(root: Container, path: string): unknown {
  const [container, key] = locate(root, path);
  const value = child(container, key);
  if (value === undefined) {
    throw refuse(
      `remove operation does not apply: doc is missing path: ${path}: missing value`,
    );
  }
  if (Array.isArray(container)) container.splice(Number(key), 1);
  else delete container[key];
  return value;
}

function add(root: Container, path: string, value: unknown) {
  const [container, key] = locate(root, path);
  if (Array.isArray(container)) {
    const index = key === '-' ? container.length : Number(key);
    if (!(index >= 0 && index <= container.length)) {
      throw refuse(`add operation does not apply: invalid index in ${path}`);
    }
    container.splice(index, 0, value);
  } else {
    container[key] = value;
  }
}

function replace(root: Container, path: string, value: unknown) {
  const [container, key] = locate(root, path);
  if (child(container, key) === undefined) {
    throw refuse(
      `replace operation does not apply: doc is missing key: ${path}: missing value`,
    );
  }
  if (Array.isArray(container)) container[Number(key)] = value;
  else container[key] = value;
}

/** Applies an RFC 6902 patch to a copy of a document. @throws ApiError 422 when an operation does not apply */
export function applyJsonPatch<T>(document: T, patch: unknown): T {
  if (!Array.isArray(patch)) throw refuse('the patch is not a list');
  const root: JsonObject = { document: copy(document) };
  for (const operation of patch as Operation[]) {
    const path = `/document${operation.path ?? ''}`;
    const from = `/document${operation.from ?? ''}`;
    const value = copy(operation.value);
    switch (operation.op) {
      case 'add':
        add(root, path, value);
        break;
      case 'remove':
        remove(root, path);
        break;
      case 'replace':
        replace(root, path, value);
        break;
      case 'move':
        add(root, path, remove(root, from));
        break;
      case 'copy': {
        const [container, key] = locate(root, from);
        add(root, path, copy(child(container, key)));
        break;
      }
      case 'test': {
        const [container, key] = locate(root, path);
        if (!same(child(container, key), value)) {
          throw refuse(`testing value ${operation.path} failed: test failed`);
        }
        break;
      }
      default:
        throw refuse(`Unexpected kind: ${operation.op}`);
    }
  }
  return root.document as T;
}
