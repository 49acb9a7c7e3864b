import { addressRangeSchema, ownerSchema } from '@moorline/environment-model';
import { z } from 'zod';
import { requireOwn } from '../authorization';
import { draftSchema, keySchema } from '../inputs';
import { addressMapSchema, reservationSchema } from '../records';
import { procedureFor, router } from '../trpc';
import { addressMap } from './map';
import { allocateRange, freeRange } from './reserve';

const read = procedureFor('environment.read');
const create = procedureFor('environment.create');

export const addressingRouter = router({
  /** The address space: what is taken and by whom, and what is free. */
  map: read.output(addressMapSchema).query(({ ctx }) => addressMap(ctx.db)),

  /** Keeps a range for an environment to come; idempotent by key. */
  allocate: create
    .input(
      z.object(
        {
          key: keySchema,
          owner: ownerSchema,
          purpose: draftSchema('purpose').min(1, {
            error: 'purpose: say what the range is for',
          }),
          addressRange: addressRangeSchema.optional(),
        },
        { error: 'give an object with key, owner and purpose' },
      ),
    )
    .output(reservationSchema)
    .mutation(async ({ ctx, input }) => {
      await requireOwn(ctx, { owner: input.owner });
      return allocateRange(ctx, input);
    }),

  /** Gives back what is not used. */
  free: create
    .input(
      z.object(
        { addressRange: addressRangeSchema },
        { error: 'addressRange: give a reserved range' },
      ),
    )
    .output(reservationSchema)
    .mutation(async ({ ctx, input }) => {
      await requireOwn(ctx, { reservation: input.addressRange });
      return freeRange(ctx, input.addressRange);
    }),
});
