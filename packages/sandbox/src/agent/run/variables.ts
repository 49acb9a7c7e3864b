import { MappingNode, contextNode } from '../yaml/node';
import { Masker } from './masker';

interface Variable {
  /** The name as it was first written. */
  name: string;
  value: string;
  isSecret: boolean;
  readonly: boolean;
}

const MACRO = /\$\(([^()\s][^()]*)\)/g;
const MAX_DEPTH = 50;

/** The variables of one job. Names are looked up without regard to case. */
export class Variables {
  private readonly byName = new Map<string, Variable>();

  constructor(private readonly masker: Masker) {}

  get(name: string): string | undefined {
    return this.byName.get(name.toLowerCase())?.value;
  }

  /** @throws Error for a read-only variable */
  set(
    name: string,
    value: string,
    options: {
      isSecret?: boolean;
      readonly?: boolean;
      /** The YAML of an inner level may say again what an outer one fixed. */
      force?: boolean;
    } = {},
  ): void {
    const key = name.toLowerCase();
    const known = this.byName.get(key);
    if (known?.readonly && !options.force && known.value !== value) {
      throw new Error(
        `The variable '${name}' is read-only and keeps its value`,
      );
    }
    // A secret stays one, whatever sets it later.
    const isSecret = options.isSecret || known?.isSecret || false;
    if (isSecret) this.masker.add(value);
    this.byName.set(key, {
      name: known?.name ?? name,
      value,
      isSecret,
      readonly: options.readonly ?? known?.readonly ?? false,
    });
  }

  /** Replaces `$(name)`; a name that nobody defined stays as it is, as in Azure Pipelines. */
  expand(text: string, depth = 0): string {
    return text.replace(MACRO, (all, name: string) => {
      const value = this.get(name.trim());
      if (value === undefined) return all;
      return depth < MAX_DEPTH && value.includes('$(')
        ? this.expand(value, depth + 1)
        : value;
    });
  }

  /** `variables` of expressions. */
  context(): MappingNode {
    return contextNode(
      Object.fromEntries(
        [...this.byName.values()].map(({ name, value }) => [
          name,
          this.expand(value),
        ]),
      ),
    );
  }

  /** What a step finds in its environment: `Build.BuildId` as BUILD_BUILDID. Never a secret. */
  environment(): Record<string, string> {
    const environment: Record<string, string> = {};
    for (const { name, value, isSecret } of this.byName.values()) {
      if (!isSecret) {
        const key = name.replace(/[. ]/g, '_').toUpperCase();
        environment[key] = this.expand(value);
      }
    }
    return environment;
  }
}
