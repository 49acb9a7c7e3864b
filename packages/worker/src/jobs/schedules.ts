/** Jobs that are done again and again: when, as cron has it, in UTC. */
export interface Schedules {
  'look-for-drift': string;
  'collect-usage': string;
}

/** Once a day, when few work. */
export const SCHEDULES: Schedules = {
  'look-for-drift': '23 3 * * *',
  'collect-usage': '43 5 * * *',
};
