/** An expression that cannot be read or evaluated; the message is Azure Pipelines' own where known. */
export class ExpressionError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ExpressionError';
  }

  /** A fault at a 1-based position of the text. */
  static at(sentence: string, position: number, text: string): ExpressionError {
    return new ExpressionError(
      `${sentence}. Located at position ${position} within expression: '${text}'. For more help, refer to https://go.microsoft.com/fwlink/?linkid=842996`,
    );
  }
}
