import type { DriftRecord, RunRecord } from '@moorline/api';
import { z } from 'zod';
import { logIdsOf } from './logs';
import type { RunSource } from './source';

/** The stage of the shared pipeline that compares. */
const DRIFT_STAGE = 'drift';

/** What it prints, in one line, besides publishing it. */
const RESULT = /\bdrift\.json: (\{.*\})\s*$/;

/** Only these fields, whatever else a pipeline may print: values must not get here. */
const resultSchema: z.ZodType<DriftRecord> = z.object({
  checkedAt: z.iso.datetime(),
  resources: z
    .array(
      z.object({
        address: z.string().max(1_000),
        type: z.string().max(200),
        action: z.enum(['changed', 'deleted']),
        attributes: z.array(z.string().max(200)).max(1_000),
      }),
    )
    .max(5_000),
});

/** What a run found; undefined when its logs do not say. */
export async function readDrift(
  source: RunSource,
  { buildId, stages }: RunRecord,
): Promise<DriftRecord | undefined> {
  const logIds = logIdsOf(
    stages.filter(({ name }) => name.toLowerCase() === DRIFT_STAGE),
  );
  for (const logId of logIds) {
    const { lines } = await source.getLog(buildId, logId);
    const drift = lines.map(driftIn).find(found => found !== undefined);
    if (drift) return drift;
  }
  return undefined;
}

function driftIn(line: string): DriftRecord | undefined {
  const [, text] = RESULT.exec(line) ?? [];
  if (!text) return undefined;
  try {
    return resultSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
