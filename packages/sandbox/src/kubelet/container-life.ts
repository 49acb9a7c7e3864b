import type {
  Container,
  LifecycleHandler,
  Probe,
} from '../kubernetes/objects/pod';
import { ask, Finding, httpGet, watchProbe } from './probes';
import { ContainerProcess } from './runtime/container-process';
import { sleep } from './sleep';

/** What the probes of a running container change. */
export interface ProbeFindings {
  /** The startup probe, where there is one, was answered. */
  started(): void;
  ready(ready: boolean): void;
  /** It is to be ended, and to start over. */
  failed(probe: 'startup' | 'liveness'): void;
  /** An answer that is not healthy. */
  unhealthy(message: string): void;
}

/** Asks a container's probes, the startup probe before the others, until `signal` ends it. */
export function probeContainer(
  container: Container,
  podIP: string,
  process: ContainerProcess,
  findings: ProbeFindings,
  signal: AbortSignal,
): void {
  const watch = (
    kind: string,
    probe: Probe | undefined,
    decided: (healthy: boolean, stop: () => void) => void,
  ) => {
    if (!probe) return;
    const own = new AbortController();
    void watchProbe({
      probe,
      once: () => ask(probe, container, podIP, process),
      signal: AbortSignal.any([signal, own.signal]),
      decided: healthy => decided(healthy, () => own.abort()),
      failed: message => findings.unhealthy(`${kind} probe failed: ${message}`),
    });
  };
  const begin = () => {
    watch('Readiness', container.readinessProbe, findings.ready);
    watch('Liveness', container.livenessProbe, (healthy, stop) => {
      if (healthy) return;
      stop();
      findings.failed('liveness');
    });
  };
  if (!container.startupProbe) begin();
  watch('Startup', container.startupProbe, (healthy, stop) => {
    stop();
    if (healthy) {
      findings.started();
      begin();
    } else {
      findings.failed('startup');
    }
  });
}

/**
 * Does what is to be done at a turn of a container's life.
 * @returns why it failed, in the kubelet's words
 */
export async function runHook(
  kind: 'PostStart' | 'PreStop',
  handler: LifecycleHandler,
  { container, podIP }: { container: Container; podIP: string },
  process: ContainerProcess,
  seconds: number,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { exec, httpGet: get, sleep: rest } = handler;
  let found: Finding = { healthy: true, message: '' };
  if (rest) await sleep(rest.seconds * 1000, signal);
  if (get) found = await httpGet(container, podIP, get, seconds * 1000);
  if (exec) {
    const { exitCode, output } = await process.exec(
      exec.command ?? [],
      seconds,
    );
    found = { healthy: exitCode === 0, message: output.trim() };
  }
  return found.healthy ? undefined : `${kind}Hook failed: ${found.message}`;
}
