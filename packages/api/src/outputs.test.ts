import { AnyProcedure, tracked } from '@trpc/server';
import { z } from 'zod';
import { streamOf } from './live/stream';
import { appRouter } from './router';

const outputOf = (procedure: AnyProcedure) =>
  (procedure._def as { output?: z.core.$ZodType }).output;

/** A schema and all that it is made of. */
function partsOf(schema: z.core.$ZodType): z.core.$ZodType[] {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  const below = Object.values({
    ...def,
    ...('shape' in def && def.shape),
    ...('options' in def && def.options),
  });
  const parts = below.filter(part => part instanceof z.core.$ZodType);
  return [schema, ...parts.flatMap(partsOf)];
}

/** Whether it lets through what it does not name. */
const isOpen = (schema: z.core.$ZodType) =>
  schema instanceof z.core.$ZodAny ||
  (schema instanceof z.core.$ZodObject && schema._zod.def.catchall);

const procedures = appRouter._def.procedures as unknown as Record<
  string,
  AnyProcedure
>;

describe.each(Object.entries(procedures))('%s', (_, procedure) => {
  it('says what it answers, and lets nothing else out', () => {
    const output = outputOf(procedure);
    expect(output).toBeInstanceOf(z.core.$ZodType);
    expect(partsOf(output!).filter(isOpen)).toEqual([]);
  });
});

it('keeps in what a message of a subscription should not have', async () => {
  async function* messages() {
    yield tracked('7', { name: 'orders-dev', token: 'hunter2' });
  }
  const output = streamOf(z.object({ name: z.string() }));
  const seen: unknown[] = [];
  for await (const [place, data] of output.parse(messages())) {
    seen.push({ place, data });
  }
  expect(seen).toEqual([{ place: '7', data: { name: 'orders-dev' } }]);
});
