import { parseImage } from './image';

const digest = `sha256:${'3f2c1a9'.padEnd(64, '0')}`;

describe('parseImage', () => {
  it.each([
    ['ghcr.io/moorline/trpc-api:0.1.0', 'trpc-api', '0.1.0', false],
    [`ghcr.io/moorline/trpc-api@${digest}`, 'trpc-api', '3f2c1a9', true],
    [`ghcr.io/moorline/trpc-api:0.1.0@${digest}`, 'trpc-api', '3f2c1a9', true],
    // The colon of a port is not that of a tag.
    ['localhost:5000/api', 'api', 'latest', false],
    ['postgres', 'postgres', 'latest', false],
  ])('reads %p', (image, name, version, pinned) => {
    expect(parseImage(image)).toEqual({ name, version, pinned });
  });
});
