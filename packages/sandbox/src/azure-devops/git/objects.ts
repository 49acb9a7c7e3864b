import type { CommitInfo, Person } from './bare-repository';

/** One line of a tree object. */
export interface TreeLine {
  name: string;
  objectId: string;
  type: 'blob' | 'tree' | 'commit';
  /** Octal, six digits. */
  mode: string;
}

const ID_BYTES = 20;

/** Reads git's tree format: `<mode> <name>\0<id>`, again and again. */
export function parseTree(content: Buffer): TreeLine[] {
  const lines: TreeLine[] = [];
  for (let at = 0; at < content.length; ) {
    const space = content.indexOf(' ', at);
    const zero = content.indexOf(0, space);
    const end = zero + 1 + ID_BYTES;
    const mode = content.toString('latin1', at, space).padStart(6, '0');
    lines.push({
      name: content.toString('utf8', space + 1, zero),
      objectId: content.toString('hex', zero + 1, end),
      type: typeOf(mode),
      mode,
    });
    at = end;
  }
  return lines;
}

/** Writes git's tree format. */
export function formatTree(lines: TreeLine[]): Buffer {
  // Git's order is that of bytes, folders as if their names ended with a slash.
  const sorted = lines
    .map(line => ({
      line,
      key: Buffer.from(line.type === 'tree' ? `${line.name}/` : line.name),
    }))
    .sort((a, b) => a.key.compare(b.key));
  return Buffer.concat(
    sorted.flatMap(({ line: { mode, name, objectId } }) => [
      Buffer.from(`${mode.replace(/^0/, '')} ${name}\0`),
      Buffer.from(objectId, 'hex'),
    ]),
  );
}

function typeOf(mode: string): TreeLine['type'] {
  if (mode === '040000') return 'tree';
  return mode === '160000' ? 'commit' : 'blob';
}

/** Reads git's commit format: headers, an empty line, the message. */
export function parseCommit(commitId: string, content: Buffer): CommitInfo {
  const text = content.toString('utf8');
  const end = text.indexOf('\n\n');
  const headers = text.slice(0, end).split('\n');
  const values = (name: string) =>
    headers
      .filter(line => line.startsWith(`${name} `))
      .map(line => line.slice(name.length + 1));
  return {
    commitId,
    treeId: values('tree')[0],
    parents: values('parent'),
    author: parsePerson(values('author')[0]),
    committer: parsePerson(values('committer')[0]),
    message: text.slice(end + 2).replace(/\n+$/, ''),
  };
}

/** `Name <email> <seconds> <zone>`; Azure DevOps shows times in UTC. */
function parsePerson(line: string): Person {
  const [, name, email, seconds] = /^(.*?) ?<(.*)> (\d+)/.exec(line) ?? [];
  const date = new Date(Number(seconds ?? 0) * 1000);
  return {
    name: name ?? '',
    email: email ?? '',
    date: date.toISOString().replace('.000Z', 'Z'),
  };
}
