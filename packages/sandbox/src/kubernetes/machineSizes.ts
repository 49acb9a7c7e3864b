/** What a virtual machine has, and what AKS leaves of it to pods. */
export interface MachineSize {
  cores: number;
  /** Bytes. */
  memory: number;
  allocatableMilliCores: number;
  /** Bytes. */
  allocatableMemory: number;
}

const GIBIBYTE = 2 ** 30;
const MEBIBYTE = 2 ** 20;
/** Gibibytes for each core, by the family's letter. */
const MEMORY_PER_CORE: Record<string, number> = {
  D: 4,
  E: 8,
  F: 2,
  B: 4,
  A: 2,
  L: 8,
};
/** B-series machines whose memory is not the family's. */
const EXCEPTIONS: Record<string, number> = {
  Standard_B2s: 4,
  Standard_B2als_v2: 4,
  Standard_B4als_v2: 8,
  Standard_D2ls_v5: 4,
  Standard_D4ls_v5: 8,
};
const FALLBACK = { cores: 2, memory: 8 };

function capacity(vmSize: string): { cores: number; memory: number } {
  const match = /^(?:Standard_)?([A-Z])[A-Z]?(\d+)/.exec(vmSize);
  if (!match) return FALLBACK;
  const cores = Number(match[2]);
  const memory = EXCEPTIONS[vmSize] ?? cores * (MEMORY_PER_CORE[match[1]] ?? 4);
  return { cores, memory };
}

/** Millicores that AKS keeps for the node itself. */
function reservedMilliCores(cores: number): number {
  if (cores <= 1) return 60;
  if (cores <= 2) return 100;
  if (cores <= 4) return 140;
  if (cores <= 8) return 180;
  if (cores <= 16) return 260;
  return cores <= 32 ? 420 : 740;
}

/**
 * A machine by the name of its size. AKS keeps the smaller of 20 MiB a pod plus 50 MiB, and a quarter of the memory, and
 * evicts below 100 MiB.
 * @param maxPods - the most pods a node may have
 */
export function machineSize(vmSize: string, maxPods = 110): MachineSize {
  const { cores, memory: gibibytes } = capacity(vmSize);
  const memory = gibibytes * GIBIBYTE;
  const kept = Math.min((20 * maxPods + 50) * MEBIBYTE, memory / 4);
  return {
    cores,
    memory,
    allocatableMilliCores: cores * 1000 - reservedMilliCores(cores),
    allocatableMemory: memory - kept - 100 * MEBIBYTE,
  };
}
