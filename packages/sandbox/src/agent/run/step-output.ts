import { readFile } from 'fs/promises';
import { RunListener, TaskResult } from '../contract';
import { LoggingCommand, readLoggingCommand } from './logging-command';
import { Masker } from './masker';
import { RecordKeeper } from './records';
import { Variables } from './variables';

interface StepOutputParts {
  record: RecordKeeper;
  listener: RunListener;
  masker: Masker;
  variables: Variables;
  /** `name:` of the step, or the name that the agent gave it. */
  stepName: string;
  /** Keeps an output variable for other jobs: `step.variable`. */
  output(name: string, value: string): void;
  /** Puts a folder in front of the PATH of the steps that follow. */
  prependPath(folder: string): void;
}

/** The log of one step, and what its `##vso[…]` lines ask for. */
export class StepOutput {
  /** Set by `##vso[task.complete]`. */
  completed: { result: TaskResult; message: string } | undefined;
  /** Set by a logging command that cannot be carried out: it must not pass unseen. */
  fault: string | undefined;
  private lineCount = 0;
  private readonly summaries: string[] = [];

  constructor(private readonly parts: StepOutputParts) {}

  log(line: string): void {
    const { listener, record, masker } = this.parts;
    const lines = line.split('\n').map(part => masker.mask(part));
    this.lineCount += lines.length;
    listener.log(record.id, lines);
  }

  error(message: string): void {
    this.log(`##[error]${message}`);
    this.issue('error', message);
  }

  warning(message: string): void {
    this.log(`##[warning]${message}`);
    this.issue('warning', message);
  }

  /** A line of a process: logged, or carried out when it is a logging command. */
  processLine(line: string): void {
    const command = readLoggingCommand(line);
    if (!command) {
      this.log(line);
      return;
    }
    try {
      this.carryOut(command);
    } catch (error) {
      this.refuse(
        `Unable to process command '##vso[${command.name}]' successfully. ${
          (error as Error).message
        }`,
      );
    }
  }

  /** Summaries are files: they are read when the step has ended. */
  async finish(): Promise<void> {
    const { listener, masker } = this.parts;
    for (const path of this.summaries.splice(0)) {
      const markdown = await readFile(path, 'utf8').catch(() => undefined);
      if (markdown === undefined) {
        this.refuse(`##vso[task.uploadsummary]: there is no file ${path}`);
      } else if (listener.summary) {
        const name = path.split('/').pop() ?? path;
        listener.summary({ name, markdown: masker.mask(markdown) });
      } else {
        this.refuse(
          '##vso[task.uploadsummary]: this server keeps no summaries',
        );
      }
    }
  }

  private issue(type: 'error' | 'warning', message: string): void {
    const { record, masker } = this.parts;
    record.issue({
      type,
      message: masker.mask(message),
      logLine: this.lineCount,
    });
  }

  private refuse(message: string): void {
    this.error(message);
    this.fault ??= message;
  }

  private carryOut({ name, properties, data }: LoggingCommand): void {
    const { listener, masker, record } = this.parts;
    switch (name) {
      case 'task.setvariable':
        this.setVariable(properties, data);
        break;
      case 'task.setsecret':
        masker.add(data);
        break;
      case 'task.logissue':
        if (properties.type === 'error') this.error(data);
        else if (properties.type === 'warning') this.warning(data);
        else throw new Error('task.logissue needs type=error or type=warning');
        break;
      case 'task.complete':
        this.completed = {
          result: taskResult(properties.result),
          message: data,
        };
        break;
      case 'task.uploadsummary':
        this.summaries.push(data.trim());
        break;
      case 'task.setprogress':
        record.note(masker.mask(data || `${properties.value}%`));
        break;
      case 'task.prependpath':
        this.parts.prependPath(data.trim());
        break;
      case 'task.debug':
        if (
          this.parts.variables.get('system.debug')?.toLowerCase() === 'true'
        ) {
          this.log(`##[debug]${data}`);
        }
        break;
      case 'build.addbuildtag':
        if (!listener.tag) throw new Error('This server keeps no tags');
        listener.tag(data.trim());
        break;
      case 'build.updatebuildnumber':
        if (!listener.buildNumber) {
          throw new Error('This server does not change build numbers');
        }
        listener.buildNumber(data.trim());
        this.parts.variables.set('Build.BuildNumber', data.trim());
        break;
      default:
        throw new Error(
          `The sandbox does not support ##vso[${name}]. It carries out task.setvariable, setsecret, logissue, complete, uploadsummary, setprogress, prependpath and build.addbuildtag, updatebuildnumber`,
        );
    }
  }

  private setVariable(properties: Record<string, string>, value: string): void {
    const { variables, stepName, output, masker } = this.parts;
    const name = properties.variable;
    if (!name)
      throw new Error("task.setvariable needs the property 'variable'");
    if (/^(system|agent)\./i.test(name) && !/^system\.debug$/i.test(name)) {
      throw new Error(`Cannot override system variable '${name}'`);
    }
    const isTrue = (key: string) => properties[key]?.toLowerCase() === 'true';
    const isSecret = isTrue('issecret');
    if (isSecret) masker.add(value);
    const options = { isSecret, readonly: isTrue('isreadonly') || undefined };
    if (isTrue('isoutput')) {
      variables.set(`${stepName}.${name}`, value, options);
      output(`${stepName}.${name}`, value);
    } else {
      variables.set(name, value, options);
    }
  }
}

function taskResult(text: string | undefined): TaskResult {
  switch (text?.toLowerCase()) {
    case 'succeeded':
    case undefined:
      return 'succeeded';
    case 'succeededwithissues':
      return 'succeededWithIssues';
    case 'failed':
      return 'failed';
    default:
      throw new Error(
        `task.complete: result=${text} is not Succeeded, SucceededWithIssues or Failed`,
      );
  }
}
