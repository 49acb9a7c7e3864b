import { execFile } from 'child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import path from 'path';
import { findProgram } from '../../find-program';

/** A resource's change, as `terraform show -json` tells it. */
export interface ResourceChange {
  address: string;
  mode: string;
  change: {
    actions: string[];
    before: Record<string, unknown> | null;
    after: Record<string, unknown> | null;
    after_unknown: Record<string, unknown>;
    replace_paths?: (string | number)[][];
  };
}

/** A plan, as `terraform show -json` tells it. */
export interface Plan {
  resource_changes?: ResourceChange[];
  resource_drift?: ResourceChange[];
}

/** How a command ended. */
export interface Outcome {
  code: number;
  /** Standard output and error, as a person sees them. */
  output: string;
}

/** The Terraform binary that tests run: MOORLINE_TERRAFORM, or the one on PATH. */
export function terraformBinary(): string {
  const found = process.env.MOORLINE_TERRAFORM || findProgram('terraform');
  if (!found) {
    throw new Error(
      'These tests run the real Terraform (1.11 or newer): install it, or name it by MOORLINE_TERRAFORM',
    );
  }
  return found;
}

/** A folder with a Terraform root, and Terraform to run in it against the sandbox's provider. */
export class TerraformRoot {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'moorline-terraform-'));

  constructor(private readonly reattach: string) {
    this.write('terraform.rc', 'disable_checkpoint = true\n');
  }

  /** Writes a file of the root. */
  write(name: string, content: string): void {
    writeFileSync(path.join(this.folder, name), content);
  }

  /** Runs a command; it does not throw when the command fails. */
  run(...command: string[]): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      execFile(
        terraformBinary(),
        command,
        {
          cwd: this.folder,
          maxBuffer: 64 * 1024 * 1024,
          env: {
            PATH: process.env.PATH,
            HOME: this.folder,
            CHECKPOINT_DISABLE: '1',
            TF_IN_AUTOMATION: '1',
            TF_CLI_ARGS: '-no-color',
            TF_CLI_CONFIG_FILE: path.join(this.folder, 'terraform.rc'),
            TF_REATTACH_PROVIDERS: this.reattach,
          },
        },
        (error, stdout, stderr) => {
          if (error && typeof error.code !== 'number') {
            reject(error);
          } else {
            resolve({
              code: Number(error?.code ?? 0),
              output: `${stdout}${stderr}`,
            });
          }
        },
      );
    });
  }

  /** Runs a command that must succeed; answers what it printed. */
  async succeed(...command: string[]): Promise<string> {
    const { code, output } = await this.run(...command);
    if (code !== 0) {
      throw new Error(`terraform ${command.join(' ')} failed:\n${output}`);
    }
    return output;
  }

  /** Runs a command that must fail; answers what it printed, on one line. */
  async fail(...command: string[]): Promise<string> {
    const { code, output } = await this.run(...command);
    if (code === 0) {
      throw new Error(`terraform ${command.join(' ')} succeeded:\n${output}`);
    }
    return output.replace(/\s+/g, ' ');
  }

  /** Plans, and answers the plan; it is kept for {@link applyPlan}. */
  async plan(...options: string[]): Promise<Plan> {
    await this.succeed('plan', '-out=saved.tfplan', ...options);
    const shown = await this.succeed('show', '-json', 'saved.tfplan');
    return JSON.parse(shown) as Plan;
  }

  /** Applies the last plan. */
  applyPlan(): Promise<string> {
    return this.succeed('apply', 'saved.tfplan');
  }

  /** Removes the folder. */
  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** What a plan does, by address; what stays as it is is left out. */
export function actionsOf(plan: Plan): Record<string, string> {
  return Object.fromEntries(
    (plan.resource_changes ?? [])
      .filter(
        ({ mode, change }) =>
          mode === 'managed' && change.actions[0] !== 'no-op',
      )
      .map(({ address, change }) => [address, change.actions.join(' ')]),
  );
}

/** The change of one resource. */
export function changeOf(
  plan: Plan,
  address: string,
): ResourceChange['change'] {
  const found = plan.resource_changes?.find(
    resource => resource.address === address,
  );
  if (!found) {
    throw new Error(`The plan has no ${address}`);
  }
  return found.change;
}
