import type { RootConfigService } from '@backstage/backend-plugin-api';
import { readDurationFromConfig } from '@backstage/config';
import { durationToMilliseconds } from '@backstage/types';

/** By what Azure DevOps' service hooks are known. */
export interface HookCredentials {
  username: string;
  /** Secret. */
  password: string;
}

const SHORTEST_PASSWORD = 16;

/** Reads `moorline.runs.hook`; undefined where it is not set. */
export function readHook(
  config: RootConfigService,
): HookCredentials | undefined {
  const hook = config.getOptionalConfig('moorline.runs.hook');
  if (!hook) return undefined;
  const password = hook.getString('password');
  if (password.length < SHORTEST_PASSWORD) {
    throw new Error(
      `moorline.runs.hook.password: use at least ${SHORTEST_PASSWORD} characters`,
    );
  }
  return {
    username: hook.getOptionalString('username') ?? 'moorline',
    password,
  };
}

/** Pause between two looks at a run, in milliseconds: `moorline.runs.interval`, else 1 s, or 30 s with service hooks. */
export function followInterval(
  config: RootConfigService,
  hook: HookCredentials | undefined,
): number {
  const key = 'moorline.runs.interval';
  if (!config.has(key)) return hook ? 30_000 : 1_000;
  const interval = durationToMilliseconds(
    readDurationFromConfig(config, { key }),
  );
  if (interval < 100) {
    throw new Error(`${key}: use at least { milliseconds: 100 }`);
  }
  return interval;
}
