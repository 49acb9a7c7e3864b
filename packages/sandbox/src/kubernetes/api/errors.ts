/** One reason in `details.causes` of a refusal. */
export interface StatusCause {
  reason?: string;
  message?: string;
  field?: string;
}

export interface StatusDetails {
  name?: string;
  group?: string;
  kind?: string;
  uid?: string;
  causes?: StatusCause[];
  retryAfterSeconds?: number;
}

/** A refusal, as the Kubernetes API words it; the server answers it as a `Status` object. */
export class ApiError extends Error {
  constructor(
    readonly code: number,
    readonly reason: string,
    message: string,
    readonly details?: StatusDetails,
  ) {
    super(message);
  }
}

/** What an error says about its kind: enough of a resource type for a message. */
export interface Named {
  group: string;
  plural: string;
  kind: string;
}

/** `deployments.apps` or `pods`. */
export function groupResource(type: Named): string {
  return type.group ? `${type.plural}.${type.group}` : type.plural;
}

const details = (type: Named, name: string): StatusDetails => ({
  name,
  group: type.group || undefined,
  kind: type.plural,
});

export const notFound = (type: Named, name: string) =>
  new ApiError(
    404,
    'NotFound',
    `${groupResource(type)} "${name}" not found`,
    details(type, name),
  );

export const alreadyExists = (type: Named, name: string) =>
  new ApiError(
    409,
    'AlreadyExists',
    `${groupResource(type)} "${name}" already exists`,
    details(type, name),
  );

export const conflict = (type: Named, name: string, why: string) =>
  new ApiError(
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${groupResource(type)} "${name}": ${why}`,
    details(type, name),
  );

export const forbidden = (
  type: Named,
  name: string,
  why: string,
  causes?: StatusCause[],
) =>
  new ApiError(
    403,
    'Forbidden',
    `${groupResource(type)} "${name}" is forbidden: ${why}`,
    { ...details(type, name), causes },
  );

export const badRequest = (message: string) =>
  new ApiError(400, 'BadRequest', message);

export const methodNotAllowed = () =>
  new ApiError(
    405,
    'MethodNotAllowed',
    'the server does not allow this method on the requested resource',
  );

/** A `Status` object, of success or of failure. */
export function statusObject(
  code: number,
  fields: { reason?: string; message?: string; details?: StatusDetails } = {},
) {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: code < 400 ? 'Success' : 'Failure',
    ...fields,
    code,
  };
}
