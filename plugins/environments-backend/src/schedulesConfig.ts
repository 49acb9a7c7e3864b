import type { RootConfigService } from '@backstage/backend-plugin-api';
import { SCHEDULES, Schedules } from '@moorline/worker';

/** Reads `moorline.schedules`. */
export function readSchedules(config: RootConfigService): Schedules {
  const schedule = (name: string, usual: string) => {
    const text = config.getOptionalString(`moorline.schedules.${name}`);
    return text === 'never' ? '' : text ?? usual;
  };
  return {
    'look-for-drift': schedule('drift', SCHEDULES['look-for-drift']),
    'collect-usage': schedule('usage', SCHEDULES['collect-usage']),
  };
}
