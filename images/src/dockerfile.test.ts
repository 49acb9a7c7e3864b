import { readFileSync } from 'fs';
import path from 'path';
import {
  DockerfileParser,
  From,
  Instruction,
  JSONInstruction,
  PropertyInstruction,
} from 'dockerfile-ast';
import { z } from 'zod';
import { buildImage, RUNTIME_LABEL } from './image';
import { Recipe, RECIPES } from './recipes';

const ROOT = path.join(__dirname, '..');
const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');
const dockerfile = DockerfileParser.parse(read('Dockerfile'));
const instructions = dockerfile.getInstructions();
const FROM_VARIABLE = /^\$\{([A-Z]+)_IMAGE\}$/;

const words = (instruction: Instruction) =>
  instruction.getArguments().map(argument => argument.getValue());
const image = (from: Instruction) => (from as From).getImage() ?? '';
const stageName = (from: Instruction) => (from as From).getBuildStage() ?? '';

/** The instructions of each stage, those of the stages below it first. */
const stages = new Map<string, Instruction[]>();
for (const from of dockerfile.getFROMs()) {
  const at = instructions.findIndex(
    each => each.getRange().start.line === from.getRange().start.line,
  );
  const end = instructions.findIndex(
    (each, i) => i > at && each.getKeyword() === 'FROM',
  );
  stages.set(stageName(from), [
    ...(stages.get(image(from)) ?? []),
    ...instructions.slice(at + 1, end < 0 ? undefined : end),
  ]);
}

const all = (stage: string, keyword: string) =>
  (stages.get(stage) ?? []).filter(each => each.getKeyword() === keyword);
const last = (stage: string, keyword: string) => {
  const found = all(stage, keyword);
  return found[found.length - 1];
};
const json = (instruction: Instruction) =>
  (instruction as JSONInstruction)
    .getJSONStrings()
    .map(argument => JSON.parse(argument.getValue()));
/** As an image's configuration has it. */
const healthOf = (stage: string) => {
  const [, type, list] =
    /^(CMD) (.*)$/.exec(
      last(stage, 'HEALTHCHECK').getArgumentsContent() ?? '',
    ) ?? [];
  return [type, ...JSON.parse(list)];
};
/** What LABEL or ENV set. */
const pairs = (stage: string, keyword: string) =>
  Object.fromEntries(
    all(stage, keyword)
      .flatMap(each => (each as PropertyInstruction).getProperties())
      .map(property => [property.getName(), property.getValue()]),
  );

const TARGETS = [...Object.keys(RECIPES), 'portal'];

const imageSchema = z.string().regex(/^[a-z0-9.]+\/.+:(?!latest$)[\w.-]+$/);
/** Digests are written by "pin", where the registries can be reached; a build without one is refused. */
const pinsSchema = z.record(
  z.string(),
  z.union([
    z.strictObject({ image: imageSchema }),
    z.strictObject({
      image: imageSchema,
      digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
      pinned: z.iso.date(),
    }),
  ]),
);

const basesSchema = z.strictObject({
  dockerfile: pinsSchema,
  pipeline: pinsSchema,
});

describe('the Dockerfile', () => {
  it('takes its bases from bases.json, by digest and without a default', () => {
    const { dockerfile: bases } = basesSchema.parse(
      JSON.parse(read('bases.json')),
    );
    const used = dockerfile
      .getFROMs()
      .map(image)
      .filter(name => !stages.has(name))
      .map(name => FROM_VARIABLE.exec(name)?.[1].toLowerCase());
    expect(new Set(used)).toEqual(new Set(Object.keys(bases)));
    expect(dockerfile.getInitialARGs().flatMap(words)).toEqual(
      Object.keys(bases).map(name => `${name.toUpperCase()}_IMAGE`),
    );
  });

  it('keeps what it downloads in caches, and takes nothing by ADD', () => {
    const downloads = instructions.filter(
      each =>
        each.getKeyword() === 'RUN' &&
        /\b(npm|yarn) (install|workspaces focus)|\bapt-get\b/.test(
          each.getTextContent(),
        ),
    );
    expect(downloads.length).toBeGreaterThan(3);
    for (const each of downloads) {
      expect(each.getTextContent()).toContain('--mount=type=cache,target=');
    }
    expect(instructions.map(each => each.getKeyword())).not.toContain('ADD');
    const declared = instructions
      .filter(each => ['ARG', 'ENV'].includes(each.getKeyword()))
      .flatMap(words);
    expect(declared.join(' ')).not.toMatch(/password|secret|token|key/i);
  });

  it.each(TARGETS)('%s runs as an ordinary user and says what it is', name => {
    expect(words(last(name, 'USER'))).toEqual([
      expect.stringMatching(/^[1-9]\d*:[1-9]\d*$/),
    ]);
    expect(json(last(name, 'ENTRYPOINT'))[0]).toBe('node');
    expect(healthOf(name).slice(0, 2)).toEqual(['CMD', 'node']);
    expect(pairs(name, 'LABEL')).toEqual({
      'org.opencontainers.image.title': name,
      'org.opencontainers.image.description': expect.any(String),
      'org.opencontainers.image.version': '${VERSION}',
      'org.opencontainers.image.licenses': 'Apache-2.0',
    });
    // Nothing runs in the final stage: its base has no shell.
    const [own] = dockerfile
      .getFROMs()
      .filter(from => stageName(from) === name);
    expect(image(own)).toMatch(
      name === 'postgres' ? /POSTGRES/ : /NODE|program/,
    );
    expect(all(name, 'RUN')).toEqual([]);
  });

  it('starts the API with what its own command tells Node', () => {
    const bin = require.resolve('@moorline/api/package.json');
    const [first] = readFileSync(
      path.join(path.dirname(bin), 'bin', 'moorline-api.cjs'),
      'utf8',
    ).split('\n');
    const [, ...flags] = first.split(/(?= --)/).map(flag => flag.trim());
    expect(flags).toHaveLength(2);
    expect(json(last('api', 'ENTRYPOINT'))).toEqual([
      'node',
      ...flags,
      '/app/main.js',
    ]);
  });

  it.each(Object.entries(RECIPES))(
    '%s is the image that is built without it',
    async (name: string, recipe: Recipe) => {
      const source = await recipe({ version: '1', architecture: 'amd64' });
      const { config } = JSON.parse(buildImage(source).config.bytes.toString());
      expect(words(last(name, 'USER'))).toEqual([config.User]);
      expect(json(last(name, 'ENTRYPOINT'))).toEqual(config.Entrypoint);
      const command = last(name, 'CMD');
      expect(command ? json(command) : undefined).toEqual(config.Cmd);
      expect(words(last(name, 'EXPOSE')).map(port => `${port}/tcp`)).toEqual(
        Object.keys(config.ExposedPorts),
      );
      expect(healthOf(name)).toEqual(config.Healthcheck.Test);
      for (const [variable, value] of Object.entries(pairs(name, 'ENV'))) {
        expect(config.Env).toContain(`${variable}=${value}`);
      }
      const { [RUNTIME_LABEL]: _, ...labels } = source.labels;
      expect({
        ...pairs(name, 'LABEL'),
        'org.opencontainers.image.version': '1',
      }).toEqual(labels);
    },
  );
});
