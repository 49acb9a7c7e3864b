import { Scalar } from '../yaml/node';
import { ExpressionError } from './expression-error';
import { Token, tokenize } from './lexer';

export type Expression =
  | { kind: 'literal'; value: Scalar }
  | { kind: 'name'; name: string }
  | { kind: 'index'; target: Expression; index: Expression }
  | { kind: 'every'; target: Expression }
  | { kind: 'call'; name: string; args: Expression[] };

/** How many arguments a function takes; `max` left out means any number. */
export interface Arity {
  min: number;
  max?: number;
}

/** What an expression may use where it stands; names in lower case. */
export interface Vocabulary {
  names: ReadonlySet<string>;
  functions: ReadonlyMap<string, Arity>;
}

const MAX_DEPTH = 50;

class Parser {
  private readonly tokens: Token[];
  private next = 0;
  // Names are resolved after the syntax: a syntax fault further on is reported first.
  private unknown: { raw: string; at: number } | undefined;

  constructor(
    private readonly text: string,
    private readonly vocabulary: Vocabulary,
  ) {
    this.tokens = tokenize(text);
  }

  parse(): Expression {
    const expression = this.operand(1);
    const left = this.tokens[this.next];
    if (left) throw this.unexpected(left);
    if (this.unknown) {
      const { raw, at } = this.unknown;
      throw ExpressionError.at(`Unrecognized value: '${raw}'`, at, this.text);
    }
    return expression;
  }

  private operand(depth: number): Expression {
    if (depth > MAX_DEPTH) {
      throw new ExpressionError(
        `Exceeded max expression depth ${MAX_DEPTH}. For more help, refer to https://go.microsoft.com/fwlink/?linkid=842996`,
      );
    }
    const token = this.tokens[this.next];
    if (!token) {
      const last = this.tokens[this.tokens.length - 1];
      throw this.unexpected(last);
    }
    this.next += 1;
    if (token.kind === 'value') {
      return this.postfix({ kind: 'literal', value: token.value }, depth);
    }
    if (token.kind === 'mark') throw this.unexpected(token);
    if (this.isMark('(')) return this.postfix(this.call(token, depth), depth);
    const word = token.raw.toLowerCase();
    if (word === 'true' || word === 'false') {
      return { kind: 'literal', value: word === 'true' };
    }
    if (
      this.vocabulary.functions.has(word) &&
      !this.vocabulary.names.has(word)
    ) {
      throw ExpressionError.at(
        `Expected '(' to follow a function: '${token.raw}'`,
        token.at,
        this.text,
      );
    }
    if (!this.vocabulary.names.has(word)) this.unknown ??= token;
    return this.postfix({ kind: 'name', name: word }, depth);
  }

  private call(name: Token, depth: number): Expression {
    const arity = this.vocabulary.functions.get(name.raw.toLowerCase());
    if (!arity) this.unknown ??= name;
    const max = arity?.max ?? Infinity;
    this.next += 1;
    const args: Expression[] = [];
    if (!this.isMark(')')) {
      for (;;) {
        this.needMore(name);
        args.push(this.operand(depth + 1));
        this.needMore(name);
        if (!this.isMark(',')) break;
        if (args.length >= max) throw this.unexpected(this.tokens[this.next]);
        this.next += 1;
      }
    }
    const close = this.tokens[this.next];
    if (!this.isMark(')')) throw this.unexpected(close);
    if (arity && (args.length < arity.min || args.length > max)) {
      throw this.unexpected(close);
    }
    this.next += 1;
    return { kind: 'call', name: name.raw.toLowerCase(), args };
  }

  private postfix(start: Expression, depth: number): Expression {
    let target = start;
    for (;;) {
      if (this.isMark('.')) {
        const dot = this.tokens[this.next];
        const property = this.tokens[this.next + 1];
        if (property?.kind === 'mark' && property.raw === '*') {
          target = { kind: 'every', target };
        } else if (!property) {
          throw ExpressionError.at(
            "Expected a property name to follow the dereference operator '.': '.'",
            dot.at,
            this.text,
          );
        } else if (
          property.kind === 'word' &&
          /^[A-Za-z_][A-Za-z0-9_]*$/.test(property.raw)
        ) {
          const index: Expression = { kind: 'literal', value: property.raw };
          target = { kind: 'index', target, index };
        } else {
          throw this.unexpected(property);
        }
        this.next += 2;
      } else if (this.isMark('[')) {
        this.next += 1;
        if (this.isMark('*')) {
          this.next += 1;
          target = { kind: 'every', target };
        } else {
          const index = this.operand(depth);
          target = { kind: 'index', target, index };
        }
        if (!this.isMark(']')) {
          const token = this.tokens[this.next];
          throw this.unexpected(token ?? this.tokens[this.tokens.length - 1]);
        }
        this.next += 1;
      } else {
        return target;
      }
    }
  }

  private isMark(raw: string): boolean {
    const token = this.tokens[this.next];
    return token?.kind === 'mark' && token.raw === raw;
  }

  private needMore(name: Token): void {
    if (this.next >= this.tokens.length) {
      throw ExpressionError.at(
        `Unclosed function: '${name.raw}'`,
        name.at,
        this.text,
      );
    }
  }

  private unexpected(token: Token): ExpressionError {
    return ExpressionError.at(
      `Unexpected symbol: '${token.raw}'`,
      token.at,
      this.text,
    );
  }
}

/**
 * Reads an expression. Unknown functions and contexts are faults already here, as in the service.
 * @throws ExpressionError
 */
export function parseExpression(
  text: string,
  vocabulary: Vocabulary,
): Expression {
  const trimmed = text.trim();
  if (trimmed === '') throw new ExpressionError('An expression was expected');
  return new Parser(trimmed, vocabulary).parse();
}
