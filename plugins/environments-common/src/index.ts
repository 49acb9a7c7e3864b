/**
 * Backstage's words for environments, shared by its plugins.
 *
 * @packageDocumentation
 */
export * from './entity';
export * from './events';
export * from './permissions';
