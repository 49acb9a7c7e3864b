import type {
  ActionContext,
  TemplateAction,
} from '@backstage/plugin-scaffolder-node';
import type { EnvironmentsApi } from './environmentsApi';

/** Longer reasons are cut: the task's log has the whole. */
const MAX_REASON = 2000;

/** Errors that name the fix: the place in our code that met them tells a person nothing. */
const TOLD = ['AzureDevOpsError', 'InputError'];

/**
 * The same action, whose failure is written into the record of the environment that the task is for: else it would look
 * requested for ever to everybody who does not look at the task.
 */
export function reporting<Input extends object, Output extends object>(
  action: TemplateAction<Input, Output, 'v2'>,
  environments: EnvironmentsApi,
): TemplateAction<Input, Output, 'v2'> {
  return {
    ...action,
    async handler(ctx) {
      try {
        await action.handler(ctx);
      } catch (error) {
        if (!ctx.isDryRun) {
          await report(ctx, action.id, environments, error).catch(problem =>
            ctx.logger.warn(
              `The record of environments was not told: ${problem}`,
            ),
          );
        }
        throw plain(error);
      }
    },
  };
}

/** The task's log shows an error's stack; of one that tells all by its message only the message is left. */
function plain(error: unknown): unknown {
  if (error instanceof Error && TOLD.includes(error.name)) {
    error.stack = error.message;
  }
  return error;
}

async function report(
  ctx: Pick<
    ActionContext<object, object, 'v2'>,
    'getInitiatorCredentials' | 'signal' | 'step' | 'task'
  >,
  actionId: string,
  environments: EnvironmentsApi,
  error: unknown,
): Promise<void> {
  const step = ctx.step?.name ?? actionId;
  const message = error instanceof Error ? error.message : String(error);
  const reason = ctx.signal?.aborted
    ? `"${step}" was cancelled.`
    : `"${step}" failed: ${message}`;
  const client = await environments(await ctx.getInitiatorCredentials());
  await client.environments.creationFailed.mutate({
    key: ctx.task.id,
    reason: reason.slice(0, MAX_REASON),
  });
}
