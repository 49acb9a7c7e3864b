import { mkdir, readFile, readdir, writeFile } from 'fs/promises';
import { dirname, join, relative } from 'path';

/** Where a Terraform root's state was put. */
export interface BackendOverride {
  /** Folder of the root, relative to the checkout. */
  folder: string;
  statePath: string;
}

const BACKEND = /backend\s+"azurerm"\s*\{([^}]*)\}/;

/**
 * Beside each Terraform file that names the azurerm backend, writes `backend_override.tf`, which
 * Terraform merges over it: the state goes to a file of this machine. The generated root stays as
 * it is for Azure.
 * @param keyPrefix - tells apart roots whose backend has no `key`
 */
export async function overrideBackends(
  checkout: string,
  stateFolder: string,
  keyPrefix: string,
): Promise<BackendOverride[]> {
  const overrides: BackendOverride[] = [];
  const walk = async (folder: string): Promise<void> => {
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        if (!entry.name.startsWith('.')) await walk(path);
      } else if (
        entry.isFile() &&
        entry.name.endsWith('.tf') &&
        entry.name !== 'backend_override.tf'
      ) {
        const backend = BACKEND.exec(
          withoutComments(await readFile(path, 'utf8')),
        );
        if (backend) {
          const where = relative(checkout, folder);
          const key =
            /^\s*key\s*=\s*"([^"$]+)"/m.exec(backend[1])?.[1] ??
            `${join(keyPrefix, where)}.tfstate`;
          const statePath = join(stateFolder, safe(key));
          await writeOverride(folder, statePath);
          overrides.push({ folder: where || '.', statePath });
        }
      }
    }
  };
  await walk(checkout);
  return overrides;
}

async function writeOverride(folder: string, statePath: string): Promise<void> {
  await mkdir(dirname(statePath), { recursive: true, mode: 0o700 });
  await writeFile(
    join(folder, 'backend_override.tf'),
    `terraform {\n  backend "local" {\n    path = ${JSON.stringify(
      statePath,
    )}\n  }\n}\n`,
  );
}

/** A key is a path inside the state folder, whatever it says. */
function safe(key: string): string {
  return key
    .split('/')
    .filter(part => part !== '' && part !== '.' && part !== '..')
    .join('/');
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*(#|\/\/).*$/gm, '');
}
