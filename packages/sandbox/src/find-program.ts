import { accessSync, constants, statSync } from 'fs';
import path from 'path';

/** Absolute path of a program that a shell would find by PATH; undefined when there is none. */
export function findProgram(
  name: string,
  searchPath: string = process.env.PATH ?? '',
): string | undefined {
  return searchPath
    .split(path.delimiter)
    .filter(Boolean)
    .map(folder => path.resolve(folder, name))
    .find(isProgram);
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
