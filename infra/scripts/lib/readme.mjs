// The README of a module, made of what the module says of itself.
import prettier from 'prettier';

const REGISTRY =
  'https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources';

const cell = value => value.replace(/\|/g, '\\|').replace(/</g, '\\<');
const code = value => `\`${value.replace(/\s+/g, ' ').replace(/\|/g, '\\|')}\``;

const table = (head, rows) =>
  [
    `| ${head.join(' | ')} |`,
    `|${head.map(() => '---|').join('')}`,
    ...rows.map(row => `| ${row.join(' | ')} |`),
  ].join('\n');

/** The first word of a type, which is all that a table has room for: the file has the rest. */
const kind = type =>
  /^\w+\(\w+\)$/.test(type)
    ? type
    : /^\w+(\(object)?/.exec(type)[0].replace('(object', ' of objects');

const section = (title, content) =>
  content ? `## ${title}\n\n${content}\n` : '';

/** @param module what readModule gives @param command how the file is made again */
export function readme(module, command) {
  const { name, purpose, inputs, outputs, modules, resources, example } =
    module;
  const markdown = [
    `# ${name}\n`,
    `<!-- Made by ${command}: change the Terraform, then run it. -->\n`,
    `${purpose}\n`,
    section('Example', example && `\`\`\`hcl\n${example.trim()}\n\`\`\``),
    section(
      'Inputs',
      inputs.length > 0 &&
        table(
          ['Name', 'What it is', 'Type', 'Default'],
          inputs.map(input => [
            code(input.name),
            cell(input.description),
            kind(input.type),
            input.default === undefined ? 'required' : code(input.default),
          ]),
        ),
    ),
    section(
      'Outputs',
      outputs.length > 0 &&
        table(
          ['Name', 'What it is'],
          outputs.map(output => [code(output.name), cell(output.description)]),
        ),
    ),
    section(
      'Modules',
      modules
        .map(
          ({ name: label, source }) =>
            `- ${code(label)}: [${source}](${source})`,
        )
        .join('\n'),
    ),
    section(
      'Resources',
      resources
        .map(type =>
          type.startsWith('azurerm_')
            ? `- [${type}](${REGISTRY}/${type.replace('azurerm_', '')})`
            : `- ${type}`,
        )
        .join('\n'),
    ),
  ].join('\n');
  return prettier.format(markdown, { parser: 'markdown' });
}
