import { PipelineValidationError } from './contract';
import { Mark, SourceFile } from './yaml/node';

/** A file's path as Azure DevOps prints it: templates of other repositories carry `@alias`. */
export function displayPath(file: SourceFile): string {
  return file.alias === 'self' ? file.path : `${file.path}@${file.alias}`;
}

/** One reason why a pipeline is refused; caught by `Problems.attempt`. */
export class Refusal extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'Refusal';
  }

  /** `/azure-pipelines.yml (Line: 3, Col: 5): Unexpected value 'foo'`. */
  static at(mark: Mark, message: string): Refusal {
    return new Refusal(
      `${displayPath(mark.file)} (Line: ${mark.line}, Col: ${
        mark.column
      }): ${message}`,
    );
  }

  /** A problem with a whole file: `/azure-pipelines.yml: File … not found …`. */
  static in(file: SourceFile, message: string): Refusal {
    return new Refusal(`${displayPath(file)}: ${message}`);
  }
}

/** Collects everything that is wrong with a pipeline, as the service does, not only the first. */
export class Problems {
  private readonly messages: string[] = [];

  add(mark: Mark, message: string): void {
    this.addRefusal(Refusal.at(mark, message));
  }

  /** Runs `read` and keeps a refusal; the rest of the file is still read. */
  async attempt<T>(read: () => Promise<T> | T): Promise<T | undefined> {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.addRefusal(error);
      return undefined;
    }
  }

  addRefusal(refusal: Refusal): void {
    if (!this.messages.includes(refusal.message)) {
      this.messages.push(refusal.message);
    }
  }

  get any(): boolean {
    return this.messages.length > 0;
  }

  /** Throws `PipelineValidationError` when anything was wrong. */
  throwIfAny(): void {
    if (this.any) throw new PipelineValidationError(this.messages);
  }
}
