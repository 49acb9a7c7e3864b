// Reads what a Terraform module says of itself: its inputs, outputs and resources. It knows the form that `terraform fmt`
// gives, which the tests hold every file to, and no more of the language than that.
import fs from 'node:fs';
import path from 'node:path';

/** The blocks at the top of a text: `{ kind, labels, body }`. */
function blocks(text) {
  return [
    ...text.matchAll(/^(\w+)((?: "[^"]+")*) \{(?:\}|\n([\s\S]*?)^\})/gm),
  ].map(([, kind, labels, body = '']) => ({
    kind,
    labels: [...labels.matchAll(/"([^"]+)"/g)].map(([, label]) => label),
    body,
  }));
}

/** The value of an argument as it is written, over as many lines as it takes; undefined when it is left out. */
function argument(body, name) {
  const match = new RegExp(
    `^  ${name} += (.*(?:\\n(?:    .*|  [\\])}].*))*)`,
    'm',
  ).exec(body);
  return match?.[1].replace(/^ {2}/gm, '');
}

const text = value => value && JSON.parse(value.replace(/\$\{/g, '\\u0024{'));

/** The module in a folder. */
export function readModule(folder) {
  const read = file => fs.readFileSync(path.join(folder, file), 'utf8');
  const all = fs
    .readdirSync(folder)
    .filter(file => file.endsWith('.tf'))
    .sort()
    .flatMap(file => blocks(read(file)));
  const of = kind => all.filter(block => block.kind === kind);
  const passedOn = name =>
    of('module').some(({ body }) => argument(body, name) === `var.${name}`);
  const example = 'examples/default/main.tf';
  return {
    name: path.basename(folder),
    /** The comment that main.tf begins with. */
    purpose: (/^(?:# .*\n)+/.exec(read('main.tf'))?.[0] ?? '')
      .replace(/^# /gm, '')
      .replace(/\n/g, ' ')
      .trim(),
    inputs: of('variable').map(({ labels: [name], body }) => ({
      name,
      description: text(argument(body, 'description')),
      type: argument(body, 'type'),
      default: argument(body, 'default'),
      /** Whether a module takes it as it is, under the same name. */
      passedOn: passedOn(name),
      validations: blocks(body.replace(/^ {2}/gm, ''))
        .filter(({ kind }) => kind === 'validation')
        .map(validation => text(argument(validation.body, 'error_message'))),
    })),
    outputs: of('output').map(({ labels: [name], body }) => ({
      name,
      description: text(argument(body, 'description')),
    })),
    modules: of('module').map(({ labels: [name], body }) => ({
      name,
      source: text(argument(body, 'source')),
    })),
    /** What was renamed; the old name stays known, so that what bears it is kept. */
    moves: of('moved').map(({ body }) => ({
      from: argument(body, 'from'),
      to: argument(body, 'to'),
    })),
    resources: [
      ...new Set(of('resource').map(({ labels: [type] }) => type)),
    ].sort(),
    example: fs.existsSync(path.join(folder, example))
      ? read(example)
      : undefined,
  };
}
