import type { LoggerService } from '@backstage/backend-plugin-api';

/** Logs a lasting problem when it begins or changes, and its end: not at every try. */
export class LogOnce {
  private readonly reported = new Map<string, string>();

  constructor(private readonly logger: LoggerService) {}

  /** A problem with `subject`, perhaps the same as before. */
  report(subject: string, message: string, error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    if (this.reported.get(subject) === reason) {
      return;
    }
    this.reported.set(subject, reason);
    this.logger.warn(`${message} Reason: ${reason}`);
  }

  /** All is well with `subject`. */
  passed(subject: string): void {
    if (this.reported.delete(subject)) {
      this.logger.info(
        subject === 'list'
          ? 'Azure Resource Manager lists the AKS clusters again.'
          : `The AKS cluster ${subject
              .split('/')
              .pop()} is no longer in trouble.`,
      );
    }
  }
}
