import { Reader } from 'protobufjs/minimal';
import { ApiError } from '../api/errors';
import { JsonObject, timestamp } from '../objects/meta';
import { MessageField, protobufMessages, typeNameOf } from './schema';

const MAGIC = Buffer.from('k8s\0', 'latin1');

/** Scalars by their protobuf type; the API's integers fit a JavaScript number. */
const SCALARS: Record<string, (reader: Reader) => unknown> = {
  string: reader => reader.string(),
  bytes: reader => Buffer.from(reader.bytes()).toString('base64'),
  bool: reader => reader.bool(),
  int32: reader => reader.int32(),
  int64: reader => Number(reader.int64()),
  uint32: reader => reader.uint32(),
  uint64: reader => Number(reader.uint64()),
  double: reader => reader.double(),
  float: reader => reader.float(),
};

/** Messages whose JSON is not the object of their fields. */
const SPECIAL: Record<string, (fields: JsonObject) => unknown> = {
  'api.resource.Quantity': fields => fields.string ?? '0',
  'meta.v1.Time': timeOf,
  'meta.v1.MicroTime': timeOf,
  'util.intstr.IntOrString': fields =>
    fields.type === 1 ? fields.strVal ?? '' : fields.intVal ?? 0,
  'meta.v1.FieldsV1': fields => rawJson(fields.Raw),
  'runtime.RawExtension': fields => rawJson(fields.raw),
};

function timeOf({ seconds, nanos }: JsonObject): string | undefined {
  if (seconds === undefined && nanos === undefined) return undefined;
  return timestamp(Number(seconds ?? 0) * 1000);
}

function rawJson(base64: unknown): unknown {
  const text = Buffer.from(String(base64 ?? ''), 'base64').toString();
  return text ? JSON.parse(text) : undefined;
}

function readValue(reader: Reader, type: string): unknown {
  const scalar = SCALARS[type];
  if (scalar) return scalar(reader);
  return readMessage(reader, reader.uint32(), type);
}

function readEntry(reader: Reader, type: string): [string, unknown] {
  const end = reader.uint32() + reader.pos;
  let key = '';
  let value: unknown = type === 'string' ? '' : undefined;
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (tag >>> 3 === 1) key = reader.string();
    else if (tag >>> 3 === 2) value = readValue(reader, type);
    else reader.skipType(tag & 7);
  }
  return [key, value];
}

function readField(
  reader: Reader,
  [name, type, form]: MessageField,
  into: JsonObject,
) {
  if (form === 'map') {
    const [key, value] = readEntry(reader, type);
    into[name] = { ...(into[name] as JsonObject), [key]: value };
    return;
  }
  const value = readValue(reader, type);
  if (form === 'list') {
    const list = (into[name] as unknown[] | undefined) ?? [];
    list.push(value);
    into[name] = list;
  } else if (form === 'inline') {
    Object.assign(into, value);
  } else if (value !== undefined && value !== '') {
    into[name] = value;
  }
}

function readMessage(reader: Reader, length: number, type: string): unknown {
  const fields = protobufMessages()[type] ?? {};
  const end = reader.pos + length;
  const message: JsonObject = {};
  while (reader.pos < end) {
    const tag = reader.uint32();
    const field = fields[tag >>> 3];
    if (field) readField(reader, field, message);
    else reader.skipType(tag & 7);
  }
  return SPECIAL[type] ? SPECIAL[type](message) : message;
}

const ENVELOPE_TYPE_META = 1;
const ENVELOPE_RAW = 2;

function readEnvelope(body: Buffer) {
  const reader = Reader.create(body.subarray(MAGIC.length));
  let apiVersion = '';
  let kind = '';
  let raw: Uint8Array = new Uint8Array();
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag >>> 3 === ENVELOPE_TYPE_META) {
      const end = reader.uint32() + reader.pos;
      while (reader.pos < end) {
        const inner = reader.uint32();
        if (inner >>> 3 === 1) apiVersion = reader.string();
        else if (inner >>> 3 === 2) kind = reader.string();
        else reader.skipType(inner & 7);
      }
    } else if (tag >>> 3 === ENVELOPE_RAW) {
      raw = reader.bytes();
    } else {
      reader.skipType(tag & 7);
    }
  }
  return { apiVersion, kind, raw };
}

const OPTIONS = /^(Create|Delete|Get|List|Patch|Update)Options$/;

/**
 * Decodes an `application/vnd.kubernetes.protobuf` body, which typed Go clients (`kubectl create namespace`) send.
 * @throws ApiError 415 when the body is no such thing or of a kind that is not built in
 */
export function decodeProtobuf(body: Buffer): JsonObject {
  const unsupported = (why: string) =>
    new ApiError(
      415,
      'UnsupportedMediaType',
      `unable to decode protobuf: ${why}`,
    );
  if (!body.subarray(0, MAGIC.length).equals(MAGIC)) {
    throw unsupported('the body does not begin with "k8s"');
  }
  const { apiVersion, kind, raw } = readEnvelope(body);
  const type = OPTIONS.test(kind)
    ? `meta.v1.${kind}`
    : typeNameOf(apiVersion, kind);
  if (!type || !protobufMessages()[type]) {
    throw unsupported(`no kind "${kind}" in version "${apiVersion}"`);
  }
  const reader = Reader.create(raw);
  const message = readMessage(reader, raw.length, type) as JsonObject;
  return { apiVersion, kind, ...message };
}
