import { TrackedEnvelope, tracked } from '@trpc/server';
import { z } from 'zod';

/** Schema of what a subscription answers: messages, each with its place. */
export const streamOf = <T>(message: z.ZodType<T>) =>
  z
    .custom<AsyncGenerator<TrackedEnvelope<T>, void>>()
    .transform(async function* check(messages) {
      for await (const [place, data] of messages) {
        yield tracked(place, message.parse(data));
      }
    });
