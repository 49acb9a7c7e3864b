/**
 * Environments as catalog entities.
 *
 * @packageDocumentation
 */
export { catalogModuleEnvironments as default } from './module';
