import { ApiError, Named, StatusCause } from './errors';

/** Gathers what is wrong with an object and refuses it once, in the API's words (422 with a cause per field). */
export class FieldErrors {
  private readonly causes: StatusCause[] = [];

  get empty(): boolean {
    return this.causes.length === 0;
  }

  private add(reason: string, field: string, message: string) {
    if (this.causes.some(c => c.field === field && c.message === message)) {
      return;
    }
    this.causes.push({ reason, message, field });
  }

  required(field: string, why = '') {
    this.add(
      'FieldValueRequired',
      field,
      `Required value${why ? `: ${why}` : ''}`,
    );
  }

  invalid(field: string, value: unknown, why: string) {
    this.add(
      'FieldValueInvalid',
      field,
      `Invalid value: ${JSON.stringify(value)}: ${why}`,
    );
  }

  notSupported(field: string, value: unknown, supported: string[]) {
    const list = supported.map(item => JSON.stringify(item)).join(', ');
    this.add(
      'FieldValueNotSupported',
      field,
      `Unsupported value: ${JSON.stringify(value)}: supported values: ${list}`,
    );
  }

  forbidden(field: string, why: string) {
    this.add('FieldValueForbidden', field, `Forbidden: ${why}`);
  }

  duplicate(field: string, value: unknown) {
    this.add(
      'FieldValueDuplicate',
      field,
      `Duplicate value: ${JSON.stringify(value)}`,
    );
  }

  notFound(field: string, value: unknown) {
    this.add(
      'FieldValueNotFound',
      field,
      `Not found: ${JSON.stringify(value)}`,
    );
  }

  /** Throws 422 when something was found. */
  throwFor(type: Named, name: string | undefined) {
    if (this.empty) return;
    const all = this.causes.map(cause => `${cause.field}: ${cause.message}`);
    const list = all.length > 1 ? `[${all.join(', ')}]` : all[0];
    const kind = type.group ? `${type.kind}.${type.group}` : type.kind;
    throw new ApiError(
      422,
      'Invalid',
      `${kind} "${name ?? ''}" is invalid: ${list}`,
      {
        name: name || undefined,
        group: type.group || undefined,
        kind: type.kind,
        causes: this.causes,
      },
    );
  }
}
