import { decode, encode, ExtensionCodec } from '@msgpack/msgpack';
import { DynamicValue } from '../protocol/messages';
import { Unknown, Value } from './value';

const codec = new ExtensionCodec();
for (const extension of [0, 12]) {
  codec.register({
    type: extension,
    encode: value =>
      value instanceof Unknown && value.extension === extension
        ? value.data
        : null,
    decode: data => new Unknown(extension, data.slice()),
  });
}

/** Encodes a value for Terraform. */
export function encodeValue(value: Value): DynamicValue {
  const bytes = encode(value, { extensionCodec: codec });
  return {
    msgpack: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
  };
}

/** Decodes what Terraform sent; nothing sent is null. */
export function decodeValue(value: DynamicValue | undefined | null): Value {
  if (value?.msgpack?.length) {
    return decode(value.msgpack, { extensionCodec: codec }) as Value;
  }
  if (value?.json?.length) {
    return JSON.parse(value.json.toString('utf8')) as Value;
  }
  return null;
}
