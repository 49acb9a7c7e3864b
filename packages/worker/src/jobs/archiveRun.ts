import { getRun, recordArchive } from '@moorline/api';
import { AzureDevOpsError } from '@moorline/azure-devops';
import { folderOf, writeLog, writePlan, writeRun } from '../archive/runArchive';
import { logIdsOf } from '../runs/logs';
import type { Job } from './job';

/** Keeps the logs and the plan of a run that is over, and the run itself, where Azure DevOps' retention does not reach. */
export const archiveRun: Job<'archive-run'> = {
  async run({ runId }, { db, archive, runs }) {
    if (!archive || !runs) return;
    const run = await getRun(db, runId);
    if (run.archive) return;
    const folder = folderOf(run);
    for (const logId of logIdsOf(run.stages)) {
      const log = await runs.getLog(run.buildId, logId).catch(unlessGone);
      if (log) await writeLog(archive, folder, logId, log.lines);
    }
    // As Terraform shows it to people, without sensitive values; the plan itself has them in the clear.
    const plan = await runs
      .getArtifactFile(run.buildId, 'plan', 'plan.txt')
      .catch(unlessGone);
    if (plan) await writePlan(archive, folder, plan);
    await writeRun(archive, folder, run);
    await recordArchive(db, runId, folder);
  },
};

/** Of a run that was deleted nothing is left to keep. */
function unlessGone(error: unknown): undefined {
  if (error instanceof AzureDevOpsError && error.code === 'notFound') return;
  throw error;
}
