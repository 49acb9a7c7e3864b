// Processor time of other processes, as Linux counts it: where others use the machine too, it says more than a clock.
import fs from 'node:fs';

/** Whether this system says. */
export const hasProcessorTime = fs.existsSync('/proc/self/stat');

const TICK = 10; // milliseconds, on every Linux that Node runs on

/** User and system time, in milliseconds, of a process that runs, or of this one's children that have ended. */
export function processorTime(pid) {
  if (!hasProcessorTime) return performance.now();
  const stat = fs.readFileSync(`/proc/${pid ?? 'self'}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [user, system] = pid ? fields.slice(11, 13) : fields.slice(13, 15);
  return (Number(user) + Number(system)) * TICK;
}
